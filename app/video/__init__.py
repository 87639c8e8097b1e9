"""The call: peer, media thread, camera and the way down to the telephone; and the room services' clients."""
