"""What the system's speed is measured against: the least a database can do, and the stock engine."""
