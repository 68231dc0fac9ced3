"""The index of knowledge: normalisation, encoder, import formats, index versions, search."""
