"""The way of sound between the devices and the call: echo, noise and gain taken care of, levels measured."""
