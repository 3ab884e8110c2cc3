"""The whole product as a user has it: all processes of ``make run``, a real browser."""
