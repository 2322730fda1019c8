"""Who may sign in: people, their roles, sign-in with a limit on failed tries."""
