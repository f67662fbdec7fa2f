// exit: 0
// says: 1 of 1 check
module {
  func.func private @f(%arg0: tensor<6xf32>) -> (tensor<6xf32>) {
    %0 = stablehlo.slice %arg0 [0:5:2] : (tensor<6xf32>) -> tensor<3xf32>
    %1 = stablehlo.slice %arg0 [1:6:2] : (tensor<6xf32>) -> tensor<3xf32>
    %2 = stablehlo.multiply %0, %1 : tensor<3xf32>
    %3 = stablehlo.slice %2 [0:2:2] : (tensor<3xf32>) -> tensor<1xf32>
    %4 = stablehlo.slice %2 [1:3:2] : (tensor<3xf32>) -> tensor<1xf32>
    %5 = stablehlo.multiply %3, %4 : tensor<1xf32>
    %6 = stablehlo.slice %2 [2:3:2] : (tensor<3xf32>) -> tensor<1xf32>
    %7 = stablehlo.multiply %5, %6 : tensor<1xf32>
    %8 = stablehlo.slice %2 [0:1] : (tensor<3xf32>) -> tensor<1xf32>
    %9 = stablehlo.concatenate %8, %7, dim = 0 : (tensor<1xf32>, tensor<1xf32>) -> tensor<2xf32>
    %cst = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %10 = stablehlo.pad %9, %cst, low = [0], high = [0], interior = [1] : (tensor<2xf32>, tensor<f32>) -> tensor<3xf32>
    %cst_0 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %11 = stablehlo.pad %5, %cst_0, low = [1], high = [1], interior = [1] : (tensor<1xf32>, tensor<f32>) -> tensor<3xf32>
    %12 = stablehlo.add %10, %11 : tensor<3xf32>
    %13 = stablehlo.slice %12 [0:2] : (tensor<3xf32>) -> tensor<2xf32>
    %14 = stablehlo.slice %arg0 [2:6:2] : (tensor<6xf32>) -> tensor<2xf32>
    %15 = stablehlo.multiply %13, %14 : tensor<2xf32>
    %16 = stablehlo.slice %arg0 [0:1] : (tensor<6xf32>) -> tensor<1xf32>
    %17 = stablehlo.concatenate %16, %15, dim = 0 : (tensor<1xf32>, tensor<2xf32>) -> tensor<3xf32>
    %cst_1 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %18 = stablehlo.pad %17, %cst_1, low = [0], high = [1], interior = [1] : (tensor<3xf32>, tensor<f32>) -> tensor<6xf32>
    %cst_2 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %19 = stablehlo.pad %12, %cst_2, low = [1], high = [0], interior = [1] : (tensor<3xf32>, tensor<f32>) -> tensor<6xf32>
    %20 = stablehlo.add %18, %19 : tensor<6xf32>
    %cst_3 = stablehlo.constant dense<2.000000e+00> : tensor<f32>
    %21 = stablehlo.broadcast_in_dim %cst_3, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %22 = stablehlo.multiply %21, %20 : tensor<6xf32>
    %cst_4 = stablehlo.constant dense<1.000000e+00> : tensor<f32>
    %23 = stablehlo.broadcast_in_dim %cst_4, dims = [] : (tensor<f32>) -> tensor<6xf32>
    %24 = stablehlo.multiply %23, %22 : tensor<6xf32>
    %cst_5 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %25 = stablehlo.pad %24, %cst_5, low = [-1], high = [0], interior = [0] : (tensor<6xf32>, tensor<f32>) -> tensor<5xf32>
    %26 = stablehlo.slice %25 [0:5:2] : (tensor<5xf32>) -> tensor<3xf32>
    %cst_6 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %27 = stablehlo.pad %24, %cst_6, low = [0], high = [-1], interior = [0] : (tensor<6xf32>, tensor<f32>) -> tensor<5xf32>
    %28 = stablehlo.slice %27 [0:5:2] : (tensor<5xf32>) -> tensor<3xf32>
    %29 = stablehlo.slice %28 [0:1] : (tensor<3xf32>) -> tensor<1xf32>
    %30 = stablehlo.slice %28 [1:3] : (tensor<3xf32>) -> tensor<2xf32>
    %cst_7 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %31 = stablehlo.pad %29, %cst_7, low = [0], high = [5], interior = [0] : (tensor<1xf32>, tensor<f32>) -> tensor<6xf32>
    %32 = stablehlo.multiply %13, %30 : tensor<2xf32>
    %33 = stablehlo.multiply %30, %14 : tensor<2xf32>
    %cst_8 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %34 = stablehlo.pad %32, %cst_8, low = [2], high = [1], interior = [1] : (tensor<2xf32>, tensor<f32>) -> tensor<6xf32>
    %35 = stablehlo.add %31, %34 : tensor<6xf32>
    %cst_9 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %36 = stablehlo.pad %33, %cst_9, low = [0], high = [1], interior = [0] : (tensor<2xf32>, tensor<f32>) -> tensor<3xf32>
    %37 = stablehlo.add %26, %36 : tensor<3xf32>
    %cst_10 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %38 = stablehlo.pad %37, %cst_10, low = [-1], high = [-1], interior = [0] : (tensor<3xf32>, tensor<f32>) -> tensor<1xf32>
    %39 = stablehlo.slice %38 [0:1:2] : (tensor<1xf32>) -> tensor<1xf32>
    %cst_11 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %40 = stablehlo.pad %37, %cst_11, low = [0], high = [0], interior = [0] : (tensor<3xf32>, tensor<f32>) -> tensor<3xf32>
    %41 = stablehlo.slice %40 [0:3:2] : (tensor<3xf32>) -> tensor<2xf32>
    %42 = stablehlo.slice %41 [0:1] : (tensor<2xf32>) -> tensor<1xf32>
    %43 = stablehlo.slice %41 [1:2] : (tensor<2xf32>) -> tensor<1xf32>
    %cst_12 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %44 = stablehlo.pad %42, %cst_12, low = [0], high = [2], interior = [0] : (tensor<1xf32>, tensor<f32>) -> tensor<3xf32>
    %45 = stablehlo.multiply %5, %43 : tensor<1xf32>
    %46 = stablehlo.multiply %43, %6 : tensor<1xf32>
    %47 = stablehlo.add %39, %46 : tensor<1xf32>
    %cst_13 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %48 = stablehlo.pad %45, %cst_13, low = [2], high = [0], interior = [1] : (tensor<1xf32>, tensor<f32>) -> tensor<3xf32>
    %49 = stablehlo.add %44, %48 : tensor<3xf32>
    %50 = stablehlo.multiply %3, %47 : tensor<1xf32>
    %51 = stablehlo.multiply %47, %4 : tensor<1xf32>
    %cst_14 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %52 = stablehlo.pad %50, %cst_14, low = [1], high = [1], interior = [1] : (tensor<1xf32>, tensor<f32>) -> tensor<3xf32>
    %53 = stablehlo.add %49, %52 : tensor<3xf32>
    %cst_15 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %54 = stablehlo.pad %51, %cst_15, low = [0], high = [2], interior = [1] : (tensor<1xf32>, tensor<f32>) -> tensor<3xf32>
    %55 = stablehlo.add %53, %54 : tensor<3xf32>
    %56 = stablehlo.multiply %0, %55 : tensor<3xf32>
    %57 = stablehlo.multiply %55, %1 : tensor<3xf32>
    %cst_16 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %58 = stablehlo.pad %56, %cst_16, low = [1], high = [0], interior = [1] : (tensor<3xf32>, tensor<f32>) -> tensor<6xf32>
    %59 = stablehlo.add %35, %58 : tensor<6xf32>
    %cst_17 = stablehlo.constant dense<0.000000e+00> : tensor<f32>
    %60 = stablehlo.pad %57, %cst_17, low = [0], high = [1], interior = [1] : (tensor<3xf32>, tensor<f32>) -> tensor<6xf32>
    %61 = stablehlo.add %59, %60 : tensor<6xf32>
    return %61 : tensor<6xf32>
  }
  func.func public @main() {
    %a0 = stablehlo.constant dense<[-0.3264882266521454, -0.042166199535131454, -0.3484325408935547, 0.3095775842666626, 0.4182967245578766, 0.28629574179649353]> : tensor<6xf32>
    %r = call @f(%a0) : (tensor<6xf32>) -> tensor<6xf32>
    %w0 = stablehlo.constant dense<[-0.6542944312095642, -0.01020512729883194, -0.00014712645497638732, 1.694327329E-05, 1.996034825E-06, 2.209297350E-07]> : tensor<6xf32>
    check.expect_almost_eq %r, %w0 : tensor<6xf32>
    return
  }
}
