"""The screens and the JSON API over one open workspace. The only package that knows Django.

Reads what `headwater.workspace` offers; writes nothing but its own database (people who sign
in). Start at `serve.py` (one process: Uvicorn, the workspace, the keeper), then `urls.py`.
"""
