// The photo studio: window.shoot(spec) returns a PNG data URL.
// A picture is the mean of many exposures under one shadowed lamp, which stands somewhere on the key softbox or on the
// dome of the room, plus the mean of a few that show only what the surfaces mirror. The camera moves by part of a pixel
// each time. So shadows and contact shade are soft and edges smooth.
import * as THREE from "three";
import { backdrop, catcher } from "/studio/backdrop.js";
import { exposures } from "/studio/lamps.js";
import { frame } from "/studio/camera.js";
import { load } from "/studio/props.js";
import { developer } from "/studio/developer.js";
import { room } from "/studio/room.js";

const renderer = new THREE.WebGLRenderer({ antialias: false, preserveDrawingBuffer: true });
renderer.shadowMap.enabled = true;
renderer.shadowMap.type = THREE.PCFShadowMap;
renderer.setPixelRatio(1);
document.body.append(renderer.domElement);
const surroundings = room(renderer);

function stage(props, spec) {
  const scene = new THREE.Scene();
  scene.add(...props);
  const box = new THREE.Box3().setFromObject(scene);
  const ground = catcher(spec.mount, box);
  if (ground) scene.add(ground);
  return { scene, box, ground };
}

function lamp(box) {
  const light = new THREE.DirectionalLight(0xffffff, 1);
  const reach = box.getSize(new THREE.Vector3()).length() * 0.62;
  light.castShadow = true;
  light.shadow.mapSize.set(512, 512);
  light.shadow.radius = 4;
  light.shadow.bias = -0.0004;
  light.shadow.normalBias = reach * 0.0012;
  Object.assign(light.shadow.camera, { left: -reach, right: reach, top: reach, bottom: -reach, near: reach * 0.1, far: reach * 9 });
  box.getCenter(light.target.position);
  light.userData.distance = reach * 4;
  return light;
}

function underLamps({ scene, ground }, surfaces, light, shots, expose) {
  scene.environment = null;
  for (const [index, shot] of shots.entries()) {
    for (const surface of surfaces) surface.lamp(index);
    light.position.copy(light.target.position).addScaledVector(shot.direction, light.userData.distance);
    light.color.copy(shot.colour);
    light.intensity = shot.intensity;
    if (ground) ground.material.opacity = shot.shade;
    expose(shot.jitter);
  }
}

function inTheMirror({ scene, ground }, surfaces, light, shots, expose) {
  scene.environment = surroundings;
  scene.background = null;
  light.visible = false;
  if (ground) ground.visible = false;
  for (const surface of surfaces) surface.mirror();
  for (const shot of shots) expose(shot.jitter);
}

window.shoot = async (spec) => {
  const { width, height } = spec;
  const props = await Promise.all(spec.items.map(load));
  const surfaces = props.flatMap((prop) => prop.userData.surfaces);
  const set = stage(props, spec);
  const camera = frame(props, set.box, spec);
  const light = lamp(set.box);
  set.scene.add(light, light.target);
  set.scene.background = backdrop();
  renderer.setSize(width, height, false);
  const film = developer(renderer, width, height);
  const shots = exposures(spec.samples, spec.mount);
  const expose = (layer) => (jitter) => {
    camera.setViewOffset(width, height, jitter[0], jitter[1], width, height);
    film.expose(set.scene, camera, layer);
  };
  underLamps(set, surfaces, light, shots, expose("lamps"));
  inTheMirror(set, surfaces, light, shots.slice(0, Math.ceil(spec.samples / 4)), expose("mirror"));
  film.develop();
  film.dispose();
  return renderer.domElement.toDataURL("image/png");
};
window.ready = true;
