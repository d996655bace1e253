// A long lens, turned about the piece and moved back until the piece fills its share of the picture.
import * as THREE from "three";

const LENS = 20;

function outline(props, skip) {
  const points = [];
  for (const prop of props) {
    prop.traverse((mesh) => {
      if (!mesh.isMesh || skip.includes(mesh.material.name)) return;
      const position = mesh.geometry.attributes.position;
      const step = Math.max(1, Math.floor(position.count / 1500));
      for (let i = 0; i < position.count; i += step) {
        points.push(new THREE.Vector3().fromBufferAttribute(position, i).applyMatrix4(mesh.matrixWorld));
      }
    });
  }
  return points;
}

function spread(points, camera) {
  const box = new THREE.Box2();
  for (const point of points) {
    const seen = point.clone().project(camera);
    box.expandByPoint(new THREE.Vector2(seen.x, seen.y));
  }
  return box;
}

export function frame(props, box, spec) {
  const view = { azimuth: 28, elevation: 13, fill: 0.7, lift: 0, aside: 0, ...spec.view };
  const camera = new THREE.PerspectiveCamera(LENS, spec.width / spec.height, 0.01, 200);
  const target = box.getCenter(new THREE.Vector3());
  const a = THREE.MathUtils.degToRad(view.azimuth);
  const e = THREE.MathUtils.degToRad(view.elevation);
  const back = new THREE.Vector3(Math.sin(a) * Math.cos(e), Math.sin(e), Math.cos(a) * Math.cos(e));
  const points = outline(props, spec.unframed ?? []);
  let distance = box.getSize(new THREE.Vector3()).length() * 4;
  for (let i = 0; i < 8; i += 1) {
    camera.position.copy(target).addScaledVector(back, distance);
    camera.lookAt(target);
    camera.updateMatrixWorld();
    camera.updateProjectionMatrix();
    const seen = spread(points, camera);
    const centre = seen.getCenter(new THREE.Vector2());
    const half = Math.tan(THREE.MathUtils.degToRad(LENS / 2)) * distance;
    const right = new THREE.Vector3().setFromMatrixColumn(camera.matrixWorld, 0);
    const up = new THREE.Vector3().setFromMatrixColumn(camera.matrixWorld, 1);
    const widest = Math.max(seen.max.x - seen.min.x, (seen.max.y - seen.min.y) * (view.tall ?? 1)) / 2;
    target.addScaledVector(right, (centre.x - view.aside) * half * camera.aspect);
    target.addScaledVector(up, (centre.y - 0.02 - view.lift) * half);
    distance *= widest / view.fill;
  }
  camera.position.copy(target).addScaledVector(back, distance);
  camera.near = distance * 0.2;
  camera.far = distance * 5;
  camera.updateProjectionMatrix();
  camera.updateMatrixWorld();
  return camera;
}
