"""What history would have been: past conversations, own or exported, predicted and then learned."""
