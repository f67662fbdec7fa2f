// exit: 0
// says: 1 of 1 check
module {
  func.func private @f(%arg0: tensor<4xi32>, %arg1: tensor<4x3xf32>) -> (tensor<4x3xf32>) {
    %c = stablehlo.constant dense<0> : tensor<i32>
    %c_0 = stablehlo.constant dense<2> : tensor<i32>
    %0 = stablehlo.broadcast_in_dim %c, dims = [] : (tensor<i32>) -> tensor<4xi32>
    %1 = stablehlo.broadcast_in_dim %c_0, dims = [] : (tensor<i32>) -> tensor<4xi32>
    %2 = stablehlo.clamp %0, %arg0, %1 : tensor<4xi32>
    %c_1 = stablehlo.constant dense<0> : tensor<i32>
    %3 = stablehlo.broadcast_in_dim %c_1, dims = [] : (tensor<i32>) -> tensor<4xi32>
    %4 = stablehlo.compare EQ, %2, %3, SIGNED : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi1>
    %5 = stablehlo.broadcast_in_dim %4, dims = [0] : (tensor<4xi1>) -> tensor<4x3xi1>
    %6 = stablehlo.select %5, %arg1, %arg1 : tensor<4x3xi1>, tensor<4x3xf32>
    %7 = stablehlo.sine %6 : tensor<4x3xf32>
    %c_2 = stablehlo.constant dense<1> : tensor<i32>
    %8 = stablehlo.broadcast_in_dim %c_2, dims = [] : (tensor<i32>) -> tensor<4xi32>
    %9 = stablehlo.compare EQ, %2, %8, SIGNED : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi1>
    %10 = stablehlo.broadcast_in_dim %9, dims = [0] : (tensor<4xi1>) -> tensor<4x3xi1>
    %11 = stablehlo.select %10, %arg1, %arg1 : tensor<4x3xi1>, tensor<4x3xf32>
    %12 = stablehlo.multiply %11, %11 : tensor<4x3xf32>
    %c_3 = stablehlo.constant dense<2> : tensor<i32>
    %13 = stablehlo.broadcast_in_dim %c_3, dims = [] : (tensor<i32>) -> tensor<4xi32>
    %14 = stablehlo.compare EQ, %2, %13, SIGNED : (tensor<4xi32>, tensor<4xi32>) -> tensor<4xi1>
    %15 = stablehlo.broadcast_in_dim %14, dims = [0] : (tensor<4xi1>) -> tensor<4x3xi1>
    %16 = stablehlo.select %15, %arg1, %arg1 : tensor<4x3xi1>, tensor<4x3xf32>
    %17 = stablehlo.negate %16 : tensor<4x3xf32>
    %18 = stablehlo.exponential %17 : tensor<4x3xf32>
    %19 = stablehlo.multiply %18, %16 : tensor<4x3xf32>
    %20 = stablehlo.broadcast_in_dim %2, dims = [0] : (tensor<4xi32>) -> tensor<4x3xi32>
    %c_4 = stablehlo.constant dense<1> : tensor<i32>
    %21 = stablehlo.broadcast_in_dim %c_4, dims = [] : (tensor<i32>) -> tensor<4x3xi32>
    %22 = stablehlo.compare LT, %20, %21, SIGNED : (tensor<4x3xi32>, tensor<4x3xi32>) -> tensor<4x3xi1>
    %c_5 = stablehlo.constant dense<2> : tensor<i32>
    %23 = stablehlo.broadcast_in_dim %c_5, dims = [] : (tensor<i32>) -> tensor<4x3xi32>
    %24 = stablehlo.compare LT, %20, %23, SIGNED : (tensor<4x3xi32>, tensor<4x3xi32>) -> tensor<4x3xi1>
    %25 = stablehlo.select %24, %12, %19 : tensor<4x3xi1>, tensor<4x3xf32>
    %26 = stablehlo.select %22, %7, %25 : tensor<4x3xi1>, tensor<4x3xf32>
    return %26 : tensor<4x3xf32>
  }
  func.func public @main() {
    %a0 = stablehlo.constant dense<[0, 2, 1, 9]> : tensor<4xi32>
    %a1 = stablehlo.constant dense<[[-0.7229264378547668, -0.6897516846656799, 0.12700214982032776], [0.5966235995292664, -0.47604259848594666, -1.2081493139266968], [0.849992573261261, -0.8520668745040894, 0.9558643102645874], [-0.04343670234084129, -0.5586799383163452, -0.5120319724082947]]> : tensor<4x3xf32>
    %r = call @f(%a0, %a1) : (tensor<4xi32>, tensor<4x3xf32>) -> tensor<4x3xf32>
    %w0 = stablehlo.constant dense<[[-0.6615819334983826, -0.636345624923706, 0.126661017537117], [0.3285413682460785, -0.76628178358078, -4.044018745422363], [0.7224873900413513, 0.726017951965332, 0.9136765599250793], [-0.04536502808332443, -0.9767753481864929, -0.8544167280197144]]> : tensor<4x3xf32>
    check.expect_almost_eq %r, %w0 : tensor<4x3xf32>
    return
  }
}
