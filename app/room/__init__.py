"""The room service: waiting room, signalling and the patient's page; runs alone with `python -m app.room`."""
