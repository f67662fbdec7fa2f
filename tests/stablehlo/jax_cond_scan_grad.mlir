// exit: 0
// says: 1 of 1 check
module {
  func.func private @f(%arg0: tensor<f32>, %arg1: tensor<5xf32>) -> (tensor<f32>) {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.compare GT, %arg0, %cst, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
    %1 = stablehlo.convert %0 : (tensor<i1>) -> tensor<i32>
    %2:2 = "stablehlo.case"(%1) ({
      %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %4 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<5xf32>
      %cst_2 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %5 = stablehlo.broadcast_in_dim %cst_2, dims = [] : (tensor<f32>) -> tensor<5xf32>
      stablehlo.return %4, %5 : tensor<5xf32>, tensor<5xf32>
    }, {
      %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %4 = stablehlo.broadcast_in_dim %cst_1, dims = [] : (tensor<f32>) -> tensor<5xf32>
      %c = stablehlo.constant dense<0> : tensor<i32>
      %5:4 = stablehlo.while(%iterArg = %arg1, %iterArg_2 = %c, %iterArg_3 = %arg0, %iterArg_4 = %4) : tensor<5xf32>, tensor<i32>, tensor<f32>, tensor<5xf32>
      cond {
        %c_5 = stablehlo.constant dense<5> : tensor<i32>
        %6 = stablehlo.compare LT, %iterArg_2, %c_5, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
        stablehlo.return %6 : tensor<i1>
      } do {
        %6 = func.call @dynamic_index_in_dim(%iterArg, %iterArg_2) : (tensor<5xf32>, tensor<i32>) -> tensor<f32>
        %7:2 = func.call @closed_call(%iterArg_3, %6) : (tensor<f32>, tensor<f32>) -> (tensor<f32>, tensor<f32>)
        %8 = func.call @dynamic_update_index_in_dim(%iterArg_4, %7#1, %iterArg_2) : (tensor<5xf32>, tensor<f32>, tensor<i32>) -> tensor<5xf32>
        %c_5 = stablehlo.constant dense<1> : tensor<i32>
        %9 = stablehlo.add %iterArg_2, %c_5 : tensor<i32>
        stablehlo.return %iterArg, %9, %7#0, %8 : tensor<5xf32>, tensor<i32>, tensor<f32>, tensor<5xf32>
      }
      stablehlo.return %arg1, %5#3 : tensor<5xf32>, tensor<5xf32>
    }) : (tensor<i32>) -> (tensor<5xf32>, tensor<5xf32>)
    %cst_0 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %3 = "stablehlo.case"(%1) ({
      %cst_1 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
      %4 = stablehlo.multiply %cst_0, %cst_1 : tensor<f32>
      stablehlo.return %4 : tensor<f32>
    }, {
      %4 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<5xf32>
      %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
      %c = stablehlo.constant dense<0> : tensor<i32>
      %5:5 = stablehlo.while(%iterArg = %4, %iterArg_2 = %2#0, %iterArg_3 = %2#1, %iterArg_4 = %c, %iterArg_5 = %cst_1) : tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, tensor<i32>, tensor<f32>
      cond {
        %c_6 = stablehlo.constant dense<5> : tensor<i32>
        %6 = stablehlo.compare LT, %iterArg_4, %c_6, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
        stablehlo.return %6 : tensor<i1>
      } do {
        %c_6 = stablehlo.constant dense<5> : tensor<i32>
        %6 = stablehlo.subtract %c_6, %iterArg_4 : tensor<i32>
        %c_7 = stablehlo.constant dense<1> : tensor<i32>
        %7 = stablehlo.subtract %6, %c_7 : tensor<i32>
        %8 = func.call @dynamic_index_in_dim(%iterArg, %7) : (tensor<5xf32>, tensor<i32>) -> tensor<f32>
        %9 = func.call @dynamic_index_in_dim(%iterArg_2, %7) : (tensor<5xf32>, tensor<i32>) -> tensor<f32>
        %10 = func.call @dynamic_index_in_dim(%iterArg_3, %7) : (tensor<5xf32>, tensor<i32>) -> tensor<f32>
        %11 = func.call @closed_call_0(%iterArg_5, %8, %9, %10) : (tensor<f32>, tensor<f32>, tensor<f32>, tensor<f32>) -> tensor<f32>
        %c_8 = stablehlo.constant dense<1> : tensor<i32>
        %12 = stablehlo.add %iterArg_4, %c_8 : tensor<i32>
        stablehlo.return %iterArg, %iterArg_2, %iterArg_3, %12, %11 : tensor<5xf32>, tensor<5xf32>, tensor<5xf32>, tensor<i32>, tensor<f32>
      }
      stablehlo.return %5#4 : tensor<f32>
    }) : (tensor<i32>) -> tensor<f32>
    return %3 : tensor<f32>
  }
  func.func private @dynamic_index_in_dim(%arg0: tensor<5xf32>, %arg1: tensor<i32>) -> tensor<f32> {
    %0 = stablehlo.dynamic_slice %arg0, %arg1, sizes = [1] : (tensor<5xf32>, tensor<i32>) -> tensor<1xf32>
    %1 = stablehlo.reshape %0 : (tensor<1xf32>) -> tensor<f32>
    return %1 : tensor<f32>
  }
  func.func private @closed_call(%arg0: tensor<f32>, %arg1: tensor<f32>) -> (tensor<f32>, tensor<f32>) {
    %0 = stablehlo.multiply %arg0, %arg1 : tensor<f32>
    %1 = stablehlo.sine %0 : tensor<f32>
    %2 = stablehlo.cosine %0 : tensor<f32>
    return %1, %2 : tensor<f32>, tensor<f32>
  }
  func.func private @dynamic_update_index_in_dim(%arg0: tensor<5xf32>, %arg1: tensor<f32>, %arg2: tensor<i32>) -> tensor<5xf32> {
    %0 = stablehlo.broadcast_in_dim %arg1, dims = [] : (tensor<f32>) -> tensor<1xf32>
    %1 = stablehlo.dynamic_update_slice %arg0, %0, %arg2 : (tensor<5xf32>, tensor<1xf32>, tensor<i32>) -> tensor<5xf32>
    return %1 : tensor<5xf32>
  }
  func.func private @closed_call_0(%arg0: tensor<f32>, %arg1: tensor<f32>, %arg2: tensor<f32>, %arg3: tensor<f32>) -> tensor<f32> {
    %0 = stablehlo.multiply %arg0, %arg3 : tensor<f32>
    %1 = stablehlo.multiply %0, %arg2 : tensor<f32>
    %2 = stablehlo.add %arg1, %1 : tensor<f32>
    return %2 : tensor<f32>
  }
  func.func public @main() {
    %a0 = stablehlo.constant dense<0.5> : tensor<f32>
    %a1 = stablehlo.constant dense<[1.1519345045089722, -0.273049920797348, -0.3818432092666626, 0.998039722442627, 0.5789192318916321]> : tensor<5xf32>
    %r = call @f(%a0, %a1) : (tensor<f32>, tensor<5xf32>) -> tensor<f32>
    %w0 = stablehlo.constant dense<1.9037673473358154> : tensor<f32>
    check.expect_almost_eq %r, %w0 : tensor<f32>
    return
  }
}
