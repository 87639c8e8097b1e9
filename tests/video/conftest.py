import asyncio
from collections.abc import AsyncIterator

import pytest

from app.video.media_thread import MediaThread


@pytest.fixture
async def media() -> AsyncIterator[MediaThread]:
    thread = MediaThread()
    thread.start()
    yield thread
    thread.stop()
    await asyncio.get_running_loop().shutdown_default_executor()  # the test's own browsers encode there
