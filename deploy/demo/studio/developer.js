// Adds exposures up in float buffers and develops the sum of their means: tone curve, sRGB, a grain of dither against banding.
import * as THREE from "three";

const VERTEX = "varying vec2 at; void main() { at = uv; gl_Position = vec4(position.xy, 0.0, 1.0); }";
const ADD = "uniform sampler2D shot; varying vec2 at; void main() { gl_FragColor = texture2D(shot, at); }";
const DEVELOP = `
uniform sampler2D lamps; uniform sampler2D mirror; uniform vec2 counts; varying vec2 at;
vec3 neutral(vec3 c) {
  float start = 0.86, x = min(c.r, min(c.g, c.b)), peak = max(c.r, max(c.g, c.b));
  if (peak < start) return c;
  float d = 1.0 - start, next = 1.0 - d * d / (peak + d - start);
  float g = 1.0 - 1.0 / (0.15 * (peak - next) + 1.0);
  return mix(c * next / peak, vec3(next), g);
}
float noise(vec2 p) { return fract(52.9829189 * fract(dot(p, vec2(0.06711056, 0.00583715)))); }
void main() {
  vec3 c = neutral(texture2D(lamps, at).rgb / counts.x + texture2D(mirror, at).rgb / counts.y);
  c = mix(c * 12.92, 1.055 * pow(max(c, 0.0), vec3(1.0 / 2.4)) - 0.055, step(0.0031308, c));
  gl_FragColor = vec4(c + (noise(gl_FragCoord.xy) - 0.5) / 255.0, 1.0);
}`;

function pass(fragmentShader, uniforms, additive) {
  const material = new THREE.ShaderMaterial({
    vertexShader: VERTEX, fragmentShader, uniforms, depthTest: false, depthWrite: false,
    blending: additive ? THREE.CustomBlending : THREE.NoBlending, blendSrc: THREE.OneFactor, blendDst: THREE.OneFactor,
  });
  const quad = new THREE.Mesh(new THREE.PlaneGeometry(2, 2), material);
  quad.frustumCulled = false;
  const scene = new THREE.Scene();
  scene.add(quad);
  return scene;
}

export function developer(renderer, width, height) {
  const flat = new THREE.Camera();
  const shot = new THREE.WebGLRenderTarget(width, height, { type: THREE.HalfFloatType });
  const layer = () => ({ sum: new THREE.WebGLRenderTarget(width, height, { type: THREE.FloatType, depthBuffer: false }), count: 0 });
  const layers = { lamps: layer(), mirror: layer() };
  const uniforms = {
    lamps: { value: layers.lamps.sum.texture },
    mirror: { value: layers.mirror.sum.texture },
    counts: { value: new THREE.Vector2() },
  };
  const adding = pass(ADD, { shot: { value: shot.texture } }, true);
  const developing = pass(DEVELOP, uniforms, false);
  return {
    expose(scene, camera, name) {
      const { sum, count } = layers[name];
      renderer.setClearColor(0x000000, 1);
      renderer.setRenderTarget(shot);
      renderer.render(scene, camera);
      renderer.setRenderTarget(sum);
      renderer.setClearColor(0x000000, 0);
      renderer.autoClear = count === 0;
      renderer.render(adding, flat);
      renderer.autoClear = true;
      layers[name].count += 1;
    },
    develop() {
      uniforms.counts.value.set(layers.lamps.count, layers.mirror.count);
      renderer.setRenderTarget(null);
      renderer.render(developing, flat);
    },
    dispose() {
      shot.dispose();
      layers.lamps.sum.dispose();
      layers.mirror.sum.dispose();
    },
  };
}
