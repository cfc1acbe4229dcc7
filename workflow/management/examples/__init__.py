"""Reading and checking an example folder (examples/README.md). Pure: nothing is written, no database is asked."""
