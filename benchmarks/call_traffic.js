// Keeps hold of a page's connections and counts the pictures that pass over the one in use.
(() => {
  const connections = [];
  const Plain = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Plain {
    constructor(...settings) {
      super(...settings);
      connections.push(this);
    }
  };
  const counted = (stream, frames, bytes) => ({
    width: stream?.frameWidth ?? 0,
    height: stream?.frameHeight ?? 0,
    frames: stream?.[frames] ?? 0,
    bytes: stream?.[bytes] ?? 0,
    limited_by: stream?.qualityLimitationReason ?? "",
  });
  window.countPictures = async () => {
    const inUse = connections.findLast((connection) => connection.connectionState === "connected");
    const streams = [...(await inUse.getStats()).values()].filter((stream) => stream.kind === "video");
    return {
      at: performance.now(),
      received: counted(streams.find((one) => one.type === "inbound-rtp"), "framesDecoded", "bytesReceived"),
      sent: counted(streams.find((one) => one.type === "outbound-rtp"), "framesEncoded", "bytesSent"),
    };
  };
})();
