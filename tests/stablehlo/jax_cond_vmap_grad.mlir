// exit: 0
// says: 1 of 1 check
module {
  func.func private @f(%arg0: tensor<4x3xf32>) -> (tensor<4x3xf32>) {
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %0 = stablehlo.reduce(%arg0 init: %cst) applies stablehlo.add across dimensions = [1] : (tensor<4x3xf32>, tensor<f32>) -> tensor<4xf32>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %1 = stablehlo.broadcast_in_dim %cst_0, dims = [] : (tensor<f32>) -> tensor<4xf32>
    %2 = stablehlo.compare GT, %0, %1, FLOAT : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xi1>
    %3 = stablehlo.convert %2 : (tensor<4xi1>) -> tensor<4xi32>
    %c = stablehlo.constant dense<0> : tensor<i32>
    %4 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<4xi32>
    %5 = stablehlo.compare EQ, %3, %4, SIGNED : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi1>
    %6 = stablehlo.broadcast_in_dim %5, dims = [0] : (tensor<4xi1>) -> tensor<4x3xi1>
    %7 = stablehlo.select %6, %arg0, %arg0 : tensor<4x3xi1>, tensor<4x3xf32>
    %8 = stablehlo.exponential %7 : tensor<4x3xf32>
    %c_1 = stablehlo.constant dense<1> : tensor<i32>
    %9 = stablehlo.broadcast_in_dim %c_1, dims = [] : (tensor<i32>) -> tensor<4xi32>
    %10 = stablehlo.compare EQ, %3, %9, SIGNED : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi1>
    %11 = stablehlo.broadcast_in_dim %10, dims = [0] : (tensor<4xi1>) -> tensor<4x3xi1>
    %12 = stablehlo.select %11, %arg0, %arg0 : tensor<4x3xi1>, tensor<4x3xf32>
    %13 = stablehlo.multiply %12, %12 : tensor<4x3xf32>
    %cst_2 = stablehlo.constant dense<3.000000e+00> : tensor<f32>
    %14 = stablehlo.broadcast_in_dim %cst_2, dims = [] : (tensor<f32>) -> tensor<4x3xf32>
    %15 = stablehlo.multiply %14, %13 : tensor<4x3xf32>
    %16 = stablehlo.broadcast_in_dim %3, dims = [0] : (tensor<4xi32>) -> tensor<4x3xi32>
    %c_3 = stablehlo.constant dense<1> : tensor<i32>
    %17 = stablehlo.broadcast_in_dim %c_3, dims = [] : (tensor<i32>) -> tensor<4x3xi32>
    %18 = stablehlo.compare LT, %16, %17, SIGNED : (tensor<4x3xi32>, tensor<4x3xi32>) -> tensor<4x3xi1>
    %19 = stablehlo.select %18, %8, %15 : tensor<4x3xi1>, tensor<4x3xf32>
    %cst_4 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %20 = stablehlo.broadcast_in_dim %cst_4, dims = [] : (tensor<f32>) -> tensor<4xf32>
    %c_5 = stablehlo.constant dense<0> : tensor<i32>
    %21 = stablehlo.broadcast_in_dim %c_5, dims = [] : (tensor<i32>) -> tensor<4xi32>
    %22 = stablehlo.compare EQ, %3, %21, SIGNED : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi1>
    %23 = stablehlo.broadcast_in_dim %22, dims = [0] : (tensor<4xi1>) -> tensor<4x3xi1>
    %24 = stablehlo.select %23, %19, %19 : tensor<4x3xi1>, tensor<4x3xf32>
    %25 = stablehlo.select %22, %20, %20 : tensor<4xi1>, tensor<4xf32>
    %26 = stablehlo.broadcast_in_dim %25, dims = [0] : (tensor<4xf32>) -> tensor<4x3xf32>
    %27 = stablehlo.multiply %26, %24 : tensor<4x3xf32>
    %c_6 = stablehlo.constant dense<1> : tensor<i32>
    %28 = stablehlo.broadcast_in_dim %c_6, dims = [] : (tensor<i32>) -> tensor<4xi32>
    %29 = stablehlo.compare EQ, %3, %28, SIGNED : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi1>
    %30 = stablehlo.broadcast_in_dim %29, dims = [0] : (tensor<4xi1>) -> tensor<4x3xi1>
    %31 = stablehlo.select %30, %19, %19 : tensor<4x3xi1>, tensor<4x3xf32>
    %32 = stablehlo.select %29, %20, %20 : tensor<4xi1>, tensor<4xf32>
    %33 = stablehlo.broadcast_in_dim %32, dims = [0] : (tensor<4xf32>) -> tensor<4x3xf32>
    %34 = stablehlo.multiply %33, %31 : tensor<4x3xf32>
    %35 = stablehlo.broadcast_in_dim %3, dims = [0] : (tensor<4xi32>) -> tensor<4x3xi32>
    %c_7 = stablehlo.constant dense<1> : tensor<i32>
    %36 = stablehlo.broadcast_in_dim %c_7, dims = [] : (tensor<i32>) -> tensor<4x3xi32>
    %37 = stablehlo.compare LT, %35, %36, SIGNED : (tensor<4x3xi32>, tensor<4x3xi32>) -> tensor<4x3xi1>
    %38 = stablehlo.select %37, %27, %34 : tensor<4x3xi1>, tensor<4x3xf32>
    return %38 : tensor<4x3xf32>
  }
  func.func public @main() {
    %a0 = stablehlo.constant dense<[[1.0102475881576538, -0.031662147492170334, 0.05970850959420204], [0.07433278858661652, -1.8865739107131958, 0.4217131733894348], [-0.26332393288612366, -0.23138277232646942, 0.055830299854278564], [-0.7779805064201355, 0.6747046709060669, -0.5566917061805725]]> : tensor<4x3xf32>
    %r = call @f(%a0) : (tensor<4x3xf32>) -> tensor<4x3xf32>
    %w0 = stablehlo.constant dense<[[3.061800479888916, 0.003007474821060896, 0.010695317760109901], [1.0771652460098267, 0.1515902876853943, 1.524571180343628], [0.7684929370880127, 0.7934356927871704, 1.0574182271957397], [0.4593327045440674, 1.9634530544281006, 0.5731019377708435]]> : tensor<4x3xf32>
    check.expect_almost_eq %r, %w0 : tensor<4x3xf32>
    return
  }
}
