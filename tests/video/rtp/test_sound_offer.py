"""What a connection really offers for sound, as aiortc writes it out."""

from app.video.devices.camera_track import CameraTrack
from app.video.frames import FrameSlot
from app.video.media_thread import MediaThread
from app.video.peer import Peer
from app.video.peer_ends import PeerEnds
from app.video.sound.microphone_track import MicrophoneTrack
from tests.video.fakes import SMALL


def ignore(_: object) -> None:
    """Take whatever comes."""


async def test_the_offer_asks_for_opus_with_fec_and_without_pauses(media: MediaThread) -> None:
    ends = PeerEnds(CameraTrack(SMALL, media.loop), MicrophoneTrack(), FrameSlot(), ignore, lambda: None, ignore)
    peer = Peer([], ends)
    offer = await media.run(peer.offer())
    await media.run(peer.close())
    sound = offer.sdp.split("m=audio")[1].split("m=video")[0]
    assert "a=rtpmap:96 opus/48000/2" in sound
    assert "useinbandfec=1;usedtx=0" in sound
    assert "maxaveragebitrate=40000" in sound
    assert sound.count("a=rtpmap:") == 1
    assert "useinbandfec" not in offer.sdp.split("m=video")[1]
