"""The setup sheet: what somebody at the machine needs to set up and to start, and what they have ticked and signed."""
