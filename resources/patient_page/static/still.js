// A still picture as sharp as the camera can: its photo mode, else one frame at its full resolution, always as JPEG.

const FULL = { width: { ideal: 4096 }, height: { ideal: 4096 } };
const PHOTO_PATIENCE = 5000;
const SETTLE_PATIENCE = 2000; // a camera needs a moment to change its size
const QUALITIES = [0.92, 0.85, 0.75];
const LONGEST_SIDE = 4096;
const LARGEST = 8 * 1024 * 1024;

// Resolves to a JPEG of what the camera sees now; throws when there is no picture to be had.
export async function takeStill(track) {
  const photo = await within(PHOTO_PATIENCE, photoOf(track)).catch(() => null);
  return toJpeg(photo ?? (await frameOf(track)));
}

// Resolves to a JPEG of a picture file, upright and without what the camera wrote into it (place, time, name).
export async function readStill(file) {
  return toJpeg(await createImageBitmap(file, { imageOrientation: "from-image" }));
}

async function photoOf(track) {
  const camera = new ImageCapture(track);
  const { imageWidth, imageHeight } = await camera.getPhotoCapabilities();
  const wish = imageWidth?.max && imageHeight?.max ? { imageWidth: imageWidth.max, imageHeight: imageHeight.max } : {};
  return createImageBitmap(await camera.takePhoto(wish), { imageOrientation: "from-image" });
}

// A clone has its own size, so the call's picture goes on as it was.
async function frameOf(track) {
  const sharp = track.clone();
  const video = document.createElement("video");
  try {
    await sharp.applyConstraints(FULL).catch(() => {});
    Object.assign(video, { muted: true, playsInline: true, srcObject: new MediaStream([sharp]) });
    await video.play();
    await within(SETTLE_PATIENCE, settled(video, sharp)).catch(() => {});
    return await createImageBitmap(video);
  } finally {
    video.srcObject = null;
    sharp.stop();
  }
}

async function settled(video, track) {
  while (video.videoWidth !== track.getSettings().width) await new Promise((done) => video.requestVideoFrameCallback(done));
}

async function toJpeg(picture) {
  let scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  try {
    for (;;) {
      const canvas = document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(picture.width * scale));
      canvas.height = Math.max(1, Math.round(picture.height * scale));
      const paper = canvas.getContext("2d");
      paper.fillStyle = "#fff"; // JPEG has no transparency
      paper.fillRect(0, 0, canvas.width, canvas.height);
      paper.drawImage(picture, 0, 0, canvas.width, canvas.height);
      for (const quality of QUALITIES) {
        const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
        if (!blob) throw new Error("the picture could not be made");
        if (blob.size <= LARGEST) return blob;
      }
      scale *= 0.7;
    }
  } finally {
    picture.close();
  }
}

function within(milliseconds, work) {
  const late = new Promise((_, refuse) => setTimeout(() => refuse(new Error("too late")), milliseconds));
  return Promise.race([work, late]);
}
