"""Commands of the project: setting up, translating, running the tests."""
