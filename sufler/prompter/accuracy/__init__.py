"""What checks prove: the meter, the certificate of a topic, and the watch afterwards."""
