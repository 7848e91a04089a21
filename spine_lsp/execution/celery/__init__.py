"""Steps carried out by Celery workers, on other machines too: the runner's side, the worker's, and what they write."""
