"""What passes beside sound and picture: reports, chat, still pictures and what is shown to the patient."""
