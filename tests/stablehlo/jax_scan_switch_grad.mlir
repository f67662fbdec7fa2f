// exit: 0
// says: 2 of 2 check
module {
  func.func private @f(%arg0: tensor<3xf32>, %arg1: tensor<4xf32>, %arg2: tensor<4xi32>) -> (tensor<3xf32>, tensor<4xf32>) {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<4xi32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<4x3xf32>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %2 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<4x3xf32>
    %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %3 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<4x3xf32>
    %c_2 = stablehlo.constant dense<0> : tensor<i32>
    %4:8 = stablehlo.while(%iterArg = %arg1, %iterArg_6 = %arg2, %iterArg_7 = %c_2, %iterArg_8 = %arg0, %iterArg_9 = %0, %iterArg_10 = %1, %iterArg_11 = %2, %iterArg_12 = %3) : tensor<4xf32>, tensor<4xi32>, tensor<i32>, tensor<3xf32>, tensor<4xi32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>
    cond {
      %c_13 = stablehlo.constant dense<4> : tensor<i32>
      %8 = stablehlo.compare LT, %iterArg_7, %c_13, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %8 : tensor<i1>
    } do {
      %8 = func.call @dynamic_index_in_dim(%iterArg, %iterArg_7) : (tensor<4xf32>, tensor<i32>) -> tensor<f32>
      %9 = func.call @dynamic_index_in_dim_0(%iterArg_6, %iterArg_7) : (tensor<4xi32>, tensor<i32>) -> tensor<i32>
      %10:5 = func.call @closed_call(%iterArg_8, %8, %9) : (tensor<3xf32>, tensor<f32>, tensor<i32>) -> (tensor<3xf32>, tensor<i32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>)
      %11 = func.call @dynamic_update_index_in_dim(%iterArg_9, %10#1, %iterArg_7) : (tensor<4xi32>, tensor<i32>, tensor<i32>) -> tensor<4xi32>
      %12 = func.call @dynamic_update_index_in_dim_1(%iterArg_10, %10#2, %iterArg_7) : (tensor<4x3xf32>, tensor<3xf32>, tensor<i32>) -> tensor<4x3xf32>
      %13 = func.call @dynamic_update_index_in_dim_1(%iterArg_11, %10#3, %iterArg_7) : (tensor<4x3xf32>, tensor<3xf32>, tensor<i32>) -> tensor<4x3xf32>
      %14 = func.call @dynamic_update_index_in_dim_1(%iterArg_12, %10#4, %iterArg_7) : (tensor<4x3xf32>, tensor<3xf32>, tensor<i32>) -> tensor<4x3xf32>
      %c_13 = stablehlo.constant dense<1> : tensor<i32>
      %15 = stablehlo.add %iterArg_7, %c_13 : tensor<i32>
      stablehlo.return %iterArg, %iterArg_6, %15, %10#0, %11, %12, %13, %14 : tensor<4xf32>, tensor<4xi32>, tensor<i32>, tensor<3xf32>, tensor<4xi32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4x3xf32>
    }
    %cst_3 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %5 = stablehlo.broadcast_in_dim %cst_3, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %cst_4 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %6 = stablehlo.broadcast_in_dim %cst_4, dims = [] : (tensor<f32>) -> tensor<4xf32>
    %c_5 = stablehlo.constant dense<0> : tensor<i32>
    %7:8 = stablehlo.while(%iterArg = %4#4, %iterArg_6 = %4#5, %iterArg_7 = %4#6, %iterArg_8 = %arg1, %iterArg_9 = %4#7, %iterArg_10 = %c_5, %iterArg_11 = %5, %iterArg_12 = %6) : tensor<4xi32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4xf32>, tensor<4x3xf32>, tensor<i32>, tensor<3xf32>, tensor<4xf32>
    cond {
      %c_13 = stablehlo.constant dense<4> : tensor<i32>
      %8 = stablehlo.compare LT, %iterArg_10, %c_13, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %8 : tensor<i1>
    } do {
      %c_13 = stablehlo.constant dense<4> : tensor<i32>
      %8 = stablehlo.subtract %c_13, %iterArg_10 : tensor<i32>
      %c_14 = stablehlo.constant dense<1> : tensor<i32>
      %9 = stablehlo.subtract %8, %c_14 : tensor<i32>
      %10 = func.call @dynamic_index_in_dim_0(%iterArg, %9) : (tensor<4xi32>, tensor<i32>) -> tensor<i32>
      %11 = func.call @dynamic_index_in_dim_2(%iterArg_6, %9) : (tensor<4x3xf32>, tensor<i32>) -> tensor<3xf32>
      %12 = func.call @dynamic_index_in_dim_2(%iterArg_7, %9) : (tensor<4x3xf32>, tensor<i32>) -> tensor<3xf32>
      %13 = func.call @dynamic_index_in_dim(%iterArg_8, %9) : (tensor<4xf32>, tensor<i32>) -> tensor<f32>
      %14 = func.call @dynamic_index_in_dim_2(%iterArg_9, %9) : (tensor<4x3xf32>, tensor<i32>) -> tensor<3xf32>
      %15:2 = func.call @closed_call_3(%iterArg_11, %10, %11, %12, %13, %14) : (tensor<3xf32>, tensor<i32>, tensor<3xf32>, tensor<3xf32>, tensor<f32>, tensor<3xf32>) -> (tensor<3xf32>, tensor<f32>)
      %16 = func.call @dynamic_update_index_in_dim_4(%iterArg_12, %15#1, %9) : (tensor<4xf32>, tensor<f32>, tensor<i32>) -> tensor<4xf32>
      %c_15 = stablehlo.constant dense<1> : tensor<i32>
      %17 = stablehlo.add %iterArg_10, %c_15 : tensor<i32>
      stablehlo.return %iterArg, %iterArg_6, %iterArg_7, %iterArg_8, %iterArg_9, %17, %15#0, %16 : tensor<4xi32>, tensor<4x3xf32>, tensor<4x3xf32>, tensor<4xf32>, tensor<4x3xf32>, tensor<i32>, tensor<3xf32>, tensor<4xf32>
    }
    return %7#6, %7#7 : tensor<3xf32>, tensor<4xf32>
  }
  func.func private @dynamic_index_in_dim(%arg0: tensor<4xf32>, %arg1: tensor<i32>) -> tensor<f32> {
    %0 = stablehlo.dynamic_slice %arg0, %arg1, sizes = [1] : (tensor<4xf32>, tensor<i32>) -> tensor<1xf32>
    %1 = stablehlo.reshape %0 : (tensor<1xf32>) -> tensor<f32>
    return %1 : tensor<f32>
  }
  func.func private @dynamic_index_in_dim_0(%arg0: tensor<4xi32>, %arg1: tensor<i32>) -> tensor<i32> {
    %0 = stablehlo.dynamic_slice %arg0, %arg1, sizes = [1] : (tensor<4xi32>, tensor<i32>) -> tensor<1xi32>
    %1 = stablehlo.reshape %0 : (tensor<1xi32>) -> tensor<i32>
    return %1 : tensor<i32>
  }
  func.func private @closed_call(%arg0: tensor<3xf32>, %arg1: tensor<f32>, %arg2: tensor<i32>) -> (tensor<3xf32>, tensor<i32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>) {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %c_0 = stablehlo.constant dense<2> : tensor<i32>
    %0 = stablehlo.clamp %c, %arg2, %c_0 : tensor<i32>
    %1:3 = "stablehlo.case"(%0) ({
      %4 = stablehlo.sine %arg0 : tensor<3xf32>
      %5 = stablehlo.cosine %arg0 : tensor<3xf32>
      %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %6 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<3xf32>
      stablehlo.return %4, %5, %6 : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
    }, {
      %4 = stablehlo.multiply %arg0, %arg0 : tensor<3xf32>
      %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %5 = stablehlo.broadcast_in_dim %cst, dims = [] : (tensor<f32>) -> tensor<3xf32>
      stablehlo.return %4, %arg0, %5 : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
    }, {
      %4 = stablehlo.negate %arg0 : tensor<3xf32>
      %5 = stablehlo.exponential %4 : tensor<3xf32>
      %6 = stablehlo.multiply %5, %arg0 : tensor<3xf32>
      stablehlo.return %6, %5, %arg0 : tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
    }) : (tensor<i32>) -> (tensor<3xf32>, tensor<3xf32>, tensor<3xf32>)
    %2 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %3 = stablehlo.multiply %1#0, %2 : tensor<3xf32>
    return %3, %0, %1#1, %1#2, %1#0 : tensor<3xf32>, tensor<i32>, tensor<3xf32>, tensor<3xf32>, tensor<3xf32>
  }
  func.func private @dynamic_update_index_in_dim(%arg0: tensor<4xi32>, %arg1: tensor<i32>, %arg2: tensor<i32>) -> tensor<4xi32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<i32>) -> tensor<1xi32>
    %1 = stablehlo.dynamic_update_slice %arg0, %0, %arg2 : (tensor<4xi32>, tensor<1xi32>, tensor<i32>) -> tensor<4xi32>
    return %1 : tensor<4xi32>
  }
  func.func private @dynamic_update_index_in_dim_1(%arg0: tensor<4x3xf32>, %arg1: tensor<3xf32>, %arg2: tensor<i32>) -> tensor<4x3xf32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [1] : (tensor<3xf32>) -> tensor<1x3xf32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %1 = stablehlo.dynamic_update_slice %arg0, %0, %arg2, %c : (tensor<4x3xf32>, tensor<1x3xf32>, tensor<i32>, tensor<i32>) -> tensor<4x3xf32>
    return %1 : tensor<4x3xf32>
  }
  func.func private @dynamic_index_in_dim_2(%arg0: tensor<4x3xf32>, %arg1: tensor<i32>) -> tensor<3xf32> {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %0 = stablehlo.dynamic_slice %arg0, %arg1, %c, sizes = [1, 3] : (tensor<4x3xf32>, tensor<i32>, tensor<i32>) -> tensor<1x3xf32>
    %1 = stablehlo.reshape %0 : (tensor<1x3xf32>) -> tensor<3xf32>
    return %1 : tensor<3xf32>
  }
  func.func private @closed_call_3(%arg0: tensor<3xf32>, %arg1: tensor<i32>, %arg2: tensor<3xf32>, %arg3: tensor<3xf32>, %arg4: tensor<f32>, %arg5: tensor<3xf32>) -> (tensor<3xf32>, tensor<f32>) {
    %0 = stablehlo.multiply %arg5, %arg0 : tensor<3xf32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1 = stablehlo.reduce(%0 init: %cst) applies stablehlo.add across dimensions = [0] : (tensor<3xf32>, tensor<f32>) -> tensor<f32>
    %2 = stablehlo.broadcast_in_dim %arg4, dims = [] : (tensor<f32>) -> tensor<3xf32>
    %3 = stablehlo.multiply %arg0, %2 : tensor<3xf32>
    %4 = "stablehlo.case"(%arg1) ({
      %5 = stablehlo.multiply %3, %arg2 : tensor<3xf32>
      stablehlo.return %5 : tensor<3xf32>
    }, {
      %5 = stablehlo.multiply %arg2, %3 : tensor<3xf32>
      %6 = stablehlo.multiply %3, %arg2 : tensor<3xf32>
      %7 = stablehlo.add %5, %6 : tensor<3xf32>
      stablehlo.return %7 : tensor<3xf32>
    }, {
      %5 = stablehlo.multiply %arg2, %3 : tensor<3xf32>
      %6 = stablehlo.multiply %3, %arg3 : tensor<3xf32>
      %7 = stablehlo.multiply %6, %arg2 : tensor<3xf32>
      %8 = stablehlo.negate %7 : tensor<3xf32>
      %9 = stablehlo.add %5, %8 : tensor<3xf32>
      stablehlo.return %9 : tensor<3xf32>
    }) : (tensor<i32>) -> tensor<3xf32>
    return %4, %1 : tensor<3xf32>, tensor<f32>
  }
  func.func private @dynamic_update_index_in_dim_4(%arg0: tensor<4xf32>, %arg1: tensor<f32>, %arg2: tensor<i32>) -> tensor<4xf32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<f32>) -> tensor<1xf32>
    %1 = stablehlo.dynamic_update_slice %arg0, %0, %arg2 : (tensor<4xf32>, tensor<1xf32>, tensor<i32>) -> tensor<4xf32>
    return %1 : tensor<4xf32>
  }
  func.func public @main() {
    %a0 = stablehlo.constant dense<[0.32771027088165283, 0.6638842225074768, -1.3144186735153198]> : tensor<3xf32>
    %a1 = stablehlo.constant dense<[-0.17863647639751434, 0.579215407371521, 0.7340999841690063, 0.7460899353027344]> : tensor<4xf32>
    %a2 = stablehlo.constant dense<[0, 1, 2, 1]> : tensor<4xi32>
    %r:2 = call @f(%a0, %a1, %a2) : (tensor<3xf32>, tensor<4xf32>, tensor<4xi32>) -> (tensor<3xf32>, tensor<4xf32>)
    %w0 = stablehlo.constant dense<[1.724813956E-05, 9.912907262E-05, -0.00011971242929575965]> : tensor<3xf32>
    check.expect_almost_eq %r#0, %w0 : tensor<3xf32>
    %w1 = stablehlo.constant dense<[-0.0030233433935791254, 0.00046621638466604054, 0.00037370636709965765, 0.0001838503812905401]> : tensor<4xf32>
    check.expect_almost_eq %r#1, %w1 : tensor<4xf32>
    return
  }
}
