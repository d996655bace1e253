// Where the lamp stands in each exposure, how bright it is, and how much its shadow weighs on the backdrop.
import * as THREE from "three";

const KEY = { azimuth: -48, elevation: 46, spread: 9, share: 0.42, colour: new THREE.Color(1.0, 0.955, 0.89), intensity: 2.9 };
const DOME = { colour: new THREE.Color(0.95, 0.975, 1.0), intensity: 2.9 };

const golden = (index, base) => {
  let result = 0;
  let fraction = 1;
  for (let i = index + 1; i > 0; i = Math.floor(i / base)) {
    fraction /= base;
    result += fraction * (i % base);
  }
  return result;
};

function towards(azimuth, elevation) {
  const a = THREE.MathUtils.degToRad(azimuth);
  const e = THREE.MathUtils.degToRad(elevation);
  return new THREE.Vector3(Math.sin(a) * Math.cos(e), Math.sin(e), Math.cos(a) * Math.cos(e));
}

function keyDirection(u, v) {
  const angle = 2 * Math.PI * u;
  const distance = KEY.spread * Math.sqrt(v);
  return towards(KEY.azimuth + distance * Math.cos(angle) * 1.4, KEY.elevation + distance * Math.sin(angle));
}

// The dome leans towards the camera for pieces on a wall, whose back half of the room does not exist.
function domeDirection(u, v, mount) {
  const height = 0.22 + 0.78 * v;
  const flat = Math.sqrt(1 - height * height);
  const direction = new THREE.Vector3(Math.cos(2 * Math.PI * u) * flat, height, Math.sin(2 * Math.PI * u) * flat);
  if (mount === "wall") direction.z = Math.abs(direction.z) + 0.25;
  return direction.normalize();
}

export function exposures(samples, mount) {
  const keys = Math.round(samples * KEY.share);
  const shots = [];
  for (let i = 0; i < samples; i += 1) {
    const isKey = i < keys;
    const n = isKey ? i : i - keys;
    const [u, v] = [golden(n, 2), golden(n, 3)];
    const lamp = isKey ? KEY : DOME;
    const weight = isKey ? samples / keys : samples / (samples - keys);
    shots.push({
      direction: isKey ? keyDirection(u, v) : domeDirection(u, v, mount),
      colour: lamp.colour,
      intensity: lamp.intensity * weight * (isKey ? 1 : 0.62),
      shade: Math.min(1, (isKey ? 0.38 : 0.60) * weight * (isKey ? 0.62 : 0.75)),
      jitter: [golden(i, 5) - 0.5, golden(i, 7) - 0.5],
    });
  }
  return shots;
}
