"""Measuring the retrieval core offline on a folder of messages; behind `sufler evaluate`."""
