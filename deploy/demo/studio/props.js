// Brings pieces into the studio: models in a chosen finish, and printed covers as thin boards.
import * as THREE from "three";
import { GLTFLoader } from "three/addons/loaders/GLTFLoader.js";
import { dress } from "/studio/surfaces.js";

const loader = new GLTFLoader();
const VARIANTS = "KHR_materials_variants";

async function finished(gltf, finish) {
  const names = gltf.userData.gltfExtensions?.[VARIANTS]?.variants ?? [];
  const variant = names.findIndex((each) => each.name === finish);
  const jobs = [];
  gltf.scene.traverse((mesh) => {
    const mapping = mesh.userData?.gltfExtensions?.[VARIANTS]?.mappings.find((each) => each.variants.includes(variant));
    if (mesh.isMesh && mapping) {
      jobs.push(gltf.parser.getDependency("material", mapping.material).then((material) => {
        mesh.material = material;
        gltf.parser.assignFinalMaterial(mesh);
      }));
    }
  });
  await Promise.all(jobs);
}

async function model(item) {
  const gltf = await loader.loadAsync(item.url);
  if (item.finish) await finished(gltf, item.finish);
  return gltf.scene;
}

async function board(item) {
  const image = await new THREE.TextureLoader().loadAsync(item.cover);
  image.colorSpace = THREE.SRGBColorSpace;
  const [width, height, depth] = item.size;
  const face = new THREE.MeshStandardMaterial({ map: image, roughness: 0.7 });
  const edge = new THREE.MeshStandardMaterial({ color: item.edge ?? "#f3efe6", roughness: 0.9 });
  const spine = new THREE.MeshStandardMaterial({ color: item.spine ?? item.edge ?? "#f3efe6", roughness: 0.7 });
  const group = new THREE.Group();
  const box = new THREE.BoxGeometry(width, height, depth);
  // One mesh a side, so that each has a single material like the parts of a model.
  [edge, spine, edge, edge, face, spine].forEach((material, side) => {
    const panel = box.clone();
    panel.clearGroups();
    panel.setIndex(Array.from(box.index.array.slice(side * 6, side * 6 + 6)));
    const mesh = new THREE.Mesh(panel, material);
    mesh.position.y = height / 2;
    group.add(mesh);
  });
  return group;
}

export async function load(item) {
  const prop = await (item.cover ? board(item) : model(item));
  prop.userData.surfaces = [];
  const meshes = [];
  prop.traverse((mesh) => { if (mesh.isMesh) meshes.push(mesh); });
  for (const mesh of meshes) prop.userData.surfaces.push(dress(mesh));
  const [x, y, z] = item.position ?? [0, 0, 0];
  prop.position.set(x, y, z);
  prop.rotation.set(THREE.MathUtils.degToRad(item.tilt ?? 0), THREE.MathUtils.degToRad(item.turn ?? 0), 0, "YXZ");
  prop.updateMatrixWorld(true);
  return prop;
}
