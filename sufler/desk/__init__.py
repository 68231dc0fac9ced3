"""What people do: staff and their rights, the queue, taking, replying, returning, closing."""
