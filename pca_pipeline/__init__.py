"""Post-call analytics that a contact centre runs itself."""
