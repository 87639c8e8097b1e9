// What the browser knows of the call, once a second: the doctor's side tells from it whose fault a bad call is.

const NETWORKS = ["wifi", "cellular", "ethernet"];
const CANDIDATES = ["host", "srflx", "prflx", "relay"];

// `stats` is an RTCStatsReport, `level` how loud the microphone is as the page itself measures it, 0 to 1.
export function reportOf(stats, media, level) {
  const all = [...stats.values()];
  const of = (type) => all.filter((one) => one.type === type);
  const [inbound, outbound] = [of("inbound-rtp"), of("outbound-rtp")];
  const kind = (list, name) => list.filter((one) => one.kind === name);
  const pair = selectedPair(stats, all);
  const source = of("media-source").find((one) => one.kind === "audio");
  return {
    camera: deviceState(media, "camera"),
    microphone: deviceState(media, "microphone"),
    mic_level: Math.min(1, Math.max(0, level, loudness(source?.audioLevel))),
    hidden: document.hidden,
    packets_out: sum(outbound, "packetsSent"),
    packets_in: sum(inbound, "packetsReceived"),
    lost_in: Math.max(0, sum(inbound, "packetsLost")),
    audio_in: sum(kind(inbound, "audio"), "packetsReceived"),
    video_in: sum(kind(inbound, "video"), "packetsReceived"),
    frames_decoded: sum(inbound, "framesDecoded"),
    frames_sent: sum(outbound, "framesSent"),
    round_trip_ms: pair?.currentRoundTripTime >= 0 ? pair.currentRoundTripTime * 1000 : null,
    local_candidate: oneOf(CANDIDATES, stats.get(pair?.localCandidateId)?.candidateType),
    network: oneOf(NETWORKS, navigator.connection?.type),
  };
}

function deviceState(media, kind) {
  const track = media.track(kind);
  if (!track) return media.problems[kind] === "lost" ? "ended" : "missing";
  if (!media.enabled(kind)) return "off";
  return track.muted ? "muted" : "live";
}

function selectedPair(stats, all) {
  const transport = all.find((one) => one.type === "transport" && one.selectedCandidatePairId);
  if (transport) return stats.get(transport.selectedCandidatePairId);
  return all.find((one) => one.type === "candidate-pair" && (one.selected || (one.nominated && one.state === "succeeded")));
}

// The linear level of a report on the scale of the page's own bar: -60 dB is 0, -10 dB is 1.
function loudness(linear = 0) {
  return linear > 0 ? (20 * Math.log10(linear) + 60) / 50 : 0;
}

function sum(list, field) {
  return list.reduce((total, one) => total + (one[field] ?? 0), 0);
}

function oneOf(allowed, value) {
  return allowed.includes(value) ? value : "";
}
