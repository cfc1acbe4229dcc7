"""The same work in stock viewflow.workflow, with settings and a database of its own."""
