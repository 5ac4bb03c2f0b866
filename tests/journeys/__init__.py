"""What people and programs do with RMOS from end to end, through the tools they have."""
