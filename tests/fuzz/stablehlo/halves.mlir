func.func @main(%x: tensor<2x3xf16>, %y: tensor<3x2xf16>) -> (tensor<2x2xbf16>, tensor<2x3x2xi8>) {
  %c = stablehlo.constant dense<0x7E00> : tensor<2x3xf16>
  %0 = stablehlo.maximum %x, %c : tensor<2x3xf16>
  %1 = stablehlo.dot_general %0, %y, contracting_dims = [1] x [0] : (tensor<2x3xf16>, tensor<3x2xf16>) -> tensor<2x2xf16>
  %2 = stablehlo.convert %1 : (tensor<2x2xf16>) -> tensor<2x2xbf16>
  %3 = stablehlo.power %2, %2 : tensor<2x2xbf16>
  %4 = stablehlo.bitcast_convert %0 : (tensor<2x3xf16>) -> tensor<2x3x2xi8>
  return %3, %4 : tensor<2x2xbf16>, tensor<2x3x2xi8>
}
