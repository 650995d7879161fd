// Counts segments with npm's sms-segments-calculator: one JSON text a line in, one JSON answer a line out.
"use strict";

let calculator;
try {
  calculator = require("sms-segments-calculator");
} catch {
  process.exit(3);
}

const lines = require("fs").readFileSync(0, "utf8").split("\n").filter((line) => line !== "");
for (const line of lines) {
  const message = new calculator.SegmentedMessage(JSON.parse(line));
  const bits = message.encodingName === "GSM-7" ? 7 : 16;
  console.log(JSON.stringify({
    encoding: message.encodingName,
    segments: message.segmentsCount,
    units: message.messageSize / bits,
    clusters: message.graphemes.map((cluster) => cluster.length),
  }));
}
