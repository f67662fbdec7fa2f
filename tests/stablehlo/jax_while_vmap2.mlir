// exit: 0
// says: 1 of 1 check
module {
  func.func private @f(%arg0: tensor<6xf32>, %arg1: tensor<3xf32>) -> (tensor<3x6xf32>) {
    %0 = stablehlo.broadcast_in_dim %arg0, dims = [1] : (tensor<6xf32>) -> tensor<3x6xf32>
    %1:2 = stablehlo.while(%iterArg = %arg1, %iterArg_0 = %0) : tensor<3xf32>, tensor<3x6xf32>
    cond {
      %2 = stablehlo.broadcast_in_dim %iterArg, dims = [0] : (tensor<3xf32>) -> tensor<3x1xf32>
      %3 = stablehlo.broadcast_in_dim %2, dims = [0, 1] : (tensor<3x1xf32>) -> tensor<3x6xf32>
      %4 = stablehlo.compare LT, %iterArg_0, %3, FLOAT : (tensor<3x6xf32>, tensor<3x6xf32>) -> tensor<3x6xi1>
      %c = stablehlo.constant dense<false> : tensor<i1>
      %5 = stablehlo.reduce(%4 init: %c) applies stablehlo.or across dimensions = [0, 1] : (tensor<3x6xi1>, tensor<i1>) -> tensor<i1>
      stablehlo.return %5 : tensor<i1>
    } do {
      %cst = stablehlo.constant dense<2.000000e+00> : tensor<f32>
      %2 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<3x6xf32>
      %3 = stablehlo.multiply %iterArg_0, %2 : tensor<3x6xf32>
      %4 = stablehlo.broadcast_in_dim %iterArg, dims = [0] : (tensor<3xf32>) -> tensor<3x1xf32>
      %5 = stablehlo.broadcast_in_dim %4, dims = [0, 1] : (tensor<3x1xf32>) -> tensor<3x6xf32>
      %6 = stablehlo.compare LT, %iterArg_0, %5, FLOAT : (tensor<3x6xf32>, tensor<3x6xf32>) -> tensor<3x6xi1>
      %7 = stablehlo.broadcast_in_dim %6, dims = [0, 1] : (tensor<3x6xi1>) -> tensor<3x6xi1>
      %8 = stablehlo.select %7, %3, %iterArg_0 : tensor<3x6xi1>, tensor<3x6xf32>
      stablehlo.return %iterArg, %8 : tensor<3xf32>, tensor<3x6xf32>
    }
    return %1#1 : tensor<3x6xf32>
  }
  func.func public @main() {
    %a0 = stablehlo.constant dense<[0.37162479758262634, 0.3804241716861725, 0.3635599613189697, 0.32712408900260925, 0.3355581760406494, 0.8697028756141663]> : tensor<6xf32>
    %a1 = stablehlo.constant dense<[5.0, 1.0, 20.0]> : tensor<3xf32>
    %r = call @f(%a0, %a1) : (tensor<6xf32>, tensor<3xf32>) -> tensor<3x6xf32>
    %w0 = stablehlo.constant dense<[[5.9459967613220215, 6.08678674697876, 5.816959381103516, 5.233985424041748, 5.368930816650391, 6.95762300491333], [1.4864991903305054, 1.52169668674469, 1.454239845275879, 1.308496356010437, 1.3422327041625977, 1.7394057512283325], [23.783987045288086, 24.34714698791504, 23.267837524414062, 20.935941696166992, 21.475723266601562, 27.83049201965332]]> : tensor<3x6xf32>
    check.expect_almost_eq %r, %w0 : tensor<3x6xf32>
    return
  }
}
