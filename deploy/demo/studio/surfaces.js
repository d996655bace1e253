// Each surface is photographed twice: under the lamps (matte light and shadow only) and in the mirror of the room
// (reflections, a little bounce, its own glow). Glass is a tint over what lies behind, plus its reflections.
import * as THREE from "three";

const TINT = {
  vertexShader: `varying vec3 n; varying vec3 e;
    void main() { vec4 p = modelViewMatrix * vec4(position, 1.0); n = normalMatrix * normal; e = -p.xyz; gl_Position = projectionMatrix * p; }`,
  fragmentShader: `uniform vec3 tint; varying vec3 n; varying vec3 e;
    void main() { float facing = abs(dot(normalize(n), normalize(e))); gl_FragColor = vec4(pow(tint, vec3(0.3 + 0.34 / (facing + 0.2))), 1.0); }`,
};

function matte(material) {
  const lambert = new THREE.MeshLambertMaterial({ map: material.map, name: material.name, side: material.side });
  lambert.color.copy(material.color).multiplyScalar(1 - 0.98 * material.metalness);
  return lambert;
}

function mirrored(material) {
  material.onBeforeCompile = (shader) => {
    shader.fragmentShader = shader.fragmentShader.replace(
      "#include <lights_fragment_maps>",
      "#include <lights_fragment_maps>\n#if defined( USE_ENVMAP ) && defined( RE_IndirectDiffuse )\niblIrradiance *= 0.42;\n#endif",
    );
  };
  return material;
}

function glass(mesh) {
  const tint = new THREE.ShaderMaterial({
    ...TINT, uniforms: { tint: { value: mesh.material.color.clone() } }, side: THREE.DoubleSide, depthWrite: false,
    transparent: true, blending: THREE.CustomBlending, blendSrc: THREE.DstColorFactor, blendDst: THREE.ZeroFactor,
  });
  const body = new THREE.Mesh(mesh.geometry, tint);
  body.renderOrder = 1;
  mesh.add(body);
  mesh.renderOrder = 2;
  mesh.material = new THREE.MeshStandardMaterial({
    name: mesh.material.name, color: 0x000000, roughness: mesh.material.roughness, transparent: true, depthWrite: false,
    blending: THREE.AdditiveBlending,
  });
  const hidden = new THREE.MeshBasicMaterial({ colorWrite: false, depthWrite: false, name: mesh.material.name });
  const mirror = mesh.material;
  return {
    lamp: (index) => { mesh.material = hidden; body.castShadow = false; mesh.castShadow = index % 4 === 0; },
    mirror: () => { mesh.material = mirror; },
  };
}

export function dress(mesh) {
  if (mesh.material.map) mesh.material.map.anisotropy = 4;
  if (mesh.material.transmission) return glass(mesh);
  const { material } = mesh;
  const lambert = matte(material);
  const shiny = mirrored(material);
  const glows = material.emissive && material.emissive.r > 0.3;
  mesh.receiveShadow = true;
  return {
    lamp: (index) => { mesh.material = lambert; mesh.castShadow = !glows || index % 2 === 0; },
    mirror: () => { mesh.material = shiny; },
  };
}
