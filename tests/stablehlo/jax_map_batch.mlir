// exit: 0
// says: 1 of 1 check
module {
  func.func private @f(%arg0: tensor<5x3xf32>) -> (tensor<5xf32>) {
    %0 = stablehlo.slice %arg0 [0:4, 0:3] : (tensor<5x3xf32>) -> tensor<4x3xf32>
    %1 = stablehlo.reshape %0 : (tensor<4x3xf32>) -> tensor<2x2x3xf32>
    %2 = stablehlo.slice %arg0 [4:5, 0:3] : (tensor<5x3xf32>) -> tensor<1x3xf32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %3 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<2x2xf32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %4:3 = stablehlo.while(%iterArg = %1, %iterArg_1 = %c, %iterArg_2 = %3) : tensor<2x2x3xf32>, tensor<i32>, tensor<2x2xf32>
    cond {
      %c_3 = stablehlo.constant dense<2> : tensor<i32>
      %9 = stablehlo.compare LT, %iterArg_1, %c_3, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %9 : tensor<i1>
    } do {
      %9 = func.call @dynamic_index_in_dim(%iterArg, %iterArg_1) : (tensor<2x2x3xf32>, tensor<i32>) -> tensor<2x3xf32>
      %10 = func.call @closed_call(%9) : (tensor<2x3xf32>) -> tensor<2xf32>
      %11 = func.call @dynamic_update_index_in_dim(%iterArg_2, %10, %iterArg_1) : (tensor<2x2xf32>, tensor<2xf32>, tensor<i32>) -> tensor<2x2xf32>
      %c_3 = stablehlo.constant dense<1> : tensor<i32>
      %12 = stablehlo.add %iterArg_1, %c_3 : tensor<i32>
      stablehlo.return %iterArg, %12, %11 : tensor<2x2x3xf32>, tensor<i32>, tensor<2x2xf32>
    }
    %5 = stablehlo.sine %2 : tensor<1x3xf32>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %6 = stablehlo.reduce(%5 init: %cst_0) applies stablehlo.add across dimensions = [1] : (tensor<1x3xf32>, tensor<f32>) -> tensor<1xf32>
    %7 = stablehlo.reshape %4#2 : (tensor<2x2xf32>) -> tensor<4xf32>
    %8 = stablehlo.concatenate %7, %6, dim = 0 : (tensor<4xf32>, tensor<1xf32>) -> tensor<5xf32>
    return %8 : tensor<5xf32>
  }
  func.func private @dynamic_index_in_dim(%arg0: tensor<2x2x3xf32>, %arg1: tensor<i32>) -> tensor<2x3xf32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %c_0 = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.dynamic_slice %arg0, %arg1, %c, %c_0, sizes = [1, 2, 3] : (tensor<2x2x3xf32>, tensor<i32>, tensor<i32>, tensor<i32>) -> tensor<1x2x3xf32>
    %1 = stablehlo.reshape %0 : (tensor<1x2x3xf32>) -> tensor<2x3xf32>
    return %1 : tensor<2x3xf32>
  }
  func.func private @closed_call(%arg0: tensor<2x3xf32>) -> tensor<2xf32> {
    %0 = stablehlo.sine %arg0 : tensor<2x3xf32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1 = stablehlo.reduce(%0 init: %cst) applies stablehlo.add across dimensions = [1] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
    return %1 : tensor<2xf32>
  }
  func.func private @dynamic_update_index_in_dim(%arg0: tensor<2x2xf32>, %arg1: tensor<2xf32>, %arg2: tensor<i32>) -> tensor<2x2xf32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [1] : (tensor<2xf32>) -> tensor<1x2xf32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.dynamic_update_slice %arg0, %0, %arg2, %c : (tensor<2x2xf32>, tensor<1x2xf32>, tensor<i32>, tensor<i32>) -> tensor<2x2xf32>
    return %1 : tensor<2x2xf32>
  }
  func.func public @main() {
    %a0 = stablehlo.constant dense<[[1.3078263998031616, 0.21821501851081848, -0.9866629242897034], [-0.76661217212677, 1.280015230178833, 0.16230595111846924], [-1.3857078552246094, -0.06695695221424103, -0.9305807948112488], [-0.5034304857254028, -0.39040467143058777, -0.5706506967544556], [0.4427027702331543, -0.05046877637505531, -0.47154501080513]]> : tensor<5x3xf32>
    %r = call @f(%a0) : (tensor<5x3xf32>) -> tensor<5xf32>
    %w0 = stablehlo.constant dense<[0.34791916608810425, 0.4259154200553894, -1.8517940044403076, -1.4031755924224854, -0.0763273537158966]> : tensor<5xf32>
    check.expect_almost_eq %r, %w0 : tensor<5xf32>
    return
  }
}
