"""The clock in the play: its hands on simulated time, a mail server, stories of the late, what is told of them."""
