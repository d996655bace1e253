// What the pieces mirror: a pale room with a large window, a softbox overhead and dark edges that give glass its outline.
import * as THREE from "three";

function panel(width, height, position, colour, strength) {
  const material = new THREE.MeshBasicMaterial({ color: new THREE.Color(colour).multiplyScalar(strength), side: THREE.DoubleSide });
  const mesh = new THREE.Mesh(new THREE.PlaneGeometry(width, height), material);
  mesh.position.set(...position);
  mesh.lookAt(0, 0.6, 0);
  return mesh;
}

export function room(renderer) {
  const scene = new THREE.Scene();
  const walls = new THREE.Mesh(
    new THREE.SphereGeometry(20, 32, 24),
    new THREE.ShaderMaterial({
      side: THREE.BackSide,
      vertexShader: "varying vec3 d; void main() { d = normalize(position); gl_Position = projectionMatrix * modelViewMatrix * vec4(position, 1.0); }",
      fragmentShader: `varying vec3 d; void main() {
        float up = smoothstep(-0.5, 0.9, d.y);
        gl_FragColor = vec4(mix(vec3(0.50, 0.46, 0.41), vec3(0.42, 0.43, 0.45), up), 1.0); }`,
    }),
  );
  scene.add(
    walls,
    panel(9, 7, [-9, 6, 5], 0xfff4e2, 5.5),
    panel(7, 5, [2, 11, 1], 0xffffff, 3.2),
    panel(3, 8, [11, 4, 2], 0xeaf1ff, 2.0),
    panel(10, 3, [2, 4, 13], 0xfffaf0, 0.9),
    panel(3.4, 7, [-4.9, 1.2, 11.2], 0xfdf6ea, 1.25),
    panel(4, 9, [7, 3, -9], 0x2b2724, 1),
    panel(5, 9, [-8, 3, -8], 0x2b2724, 1),
  );
  const generator = new THREE.PMREMGenerator(renderer);
  const texture = generator.fromScene(scene, 0.02, 0.1, 50).texture;
  generator.dispose();
  return texture;
}
