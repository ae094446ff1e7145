"""Other answers that the contract allows as well, drawn by a number that gives each of them again."""
