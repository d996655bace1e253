// The paper behind every picture: one warm off-white, a little darker towards the corners, without a horizon.
import * as THREE from "three";

export function backdrop() {
  const canvas = new OffscreenCanvas(512, 512);
  const context = canvas.getContext("2d");
  const glow = context.createRadialGradient(230, 215, 40, 256, 256, 390);
  glow.addColorStop(0, "#f1ece5");
  glow.addColorStop(0.55, "#eee9e2");
  glow.addColorStop(1, "#e9e4dd");
  context.fillStyle = glow;
  context.fillRect(0, 0, 512, 512);
  const texture = new THREE.CanvasTexture(canvas);
  texture.colorSpace = THREE.SRGBColorSpace;
  return texture;
}

// A plane that only takes shadows, so that floor and background are the same paper.
export function catcher(mount, box) {
  if (mount === "ceiling") return null;
  const material = new THREE.ShadowMaterial({ color: 0x4a3a2c, opacity: 0.3 });
  const plane = new THREE.Mesh(new THREE.PlaneGeometry(60, 60), material);
  plane.receiveShadow = true;
  if (mount === "wall") plane.position.z = box.min.z - 0.0005;
  else {
    plane.rotation.x = -Math.PI / 2;
    plane.position.y = box.min.y - 0.0003;
  }
  return plane;
}
