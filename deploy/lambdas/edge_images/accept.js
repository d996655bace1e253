// CloudFront Function on the viewer's request: of the many Accept headers two remain, so that the edge keeps two copies
// of a picture and not one for every browser. `negotiated` in media/edge.py chooses by the same words.
function handler(event) {
  var request = event.request;
  var accept = request.headers.accept ? request.headers.accept.value.toLowerCase() : "";
  var avif = /(^|,)\s*image\/avif\s*(?=$|[,;])(?!\s*;\s*q\s*=\s*0(\.0*)?\s*($|[,;]))/.test(accept);
  request.headers.accept = { value: avif ? "image/avif,image/webp" : "image/webp" };
  return request;
}
