"""What is done in the background: the queue that wakes workers, the workers, the kinds of work, and the clock."""
