// exit: 0
// says: 16 of 16 checks hold
// Systems whose solutions are exact, of every form.
module @triangular {
  func.func public @main() {
    %a = stablehlo.constant dense<[[2.0, 3.0, -1.0], [1.0, 1.0, 5.0], [-1.0, 2.0, 4.0]]> : tensor<3x3xf32>
    %x = stablehlo.constant dense<[[1.0, -2.0], [3.0, 0.5], [-4.0, 8.0]]> : tensor<3x2xf32>
    %xt = stablehlo.constant dense<[[1.0, 3.0, -4.0], [-2.0, 0.5, 8.0]]> : tensor<2x3xf32>
    %b0 = stablehlo.constant dense<[[1.0, -2.0], [4.0, -1.5], [1.0, 11.0]]> : tensor<3x2xf32>
    %0 = "stablehlo.triangular_solve"(%a, %b0) <{left_side = true, lower = true, unit_diagonal = true, transpose_a = #stablehlo<transpose NO_TRANSPOSE>}> : (tensor<3x3xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>
    check.expect_eq %0, %x : tensor<3x2xf32>
    %b1 = stablehlo.constant dense<[[8.0, -9.5], [-5.0, 16.5], [-4.0, 8.0]]> : tensor<3x2xf32>
    %1 = "stablehlo.triangular_solve"(%a, %b1) <{left_side = true, lower = true, unit_diagonal = true, transpose_a = #stablehlo<transpose TRANSPOSE>}> : (tensor<3x3xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>
    check.expect_eq %1, %x : tensor<3x2xf32>
    %b2 = stablehlo.constant dense<[[2.0, -4.0], [4.0, -1.5], [-11.0, 35.0]]> : tensor<3x2xf32>
    %2 = "stablehlo.triangular_solve"(%a, %b2) <{left_side = true, lower = true, unit_diagonal = false, transpose_a = #stablehlo<transpose NO_TRANSPOSE>}> : (tensor<3x3xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>
    check.expect_eq %2, %x : tensor<3x2xf32>
    %b3 = stablehlo.constant dense<[[9.0, -11.5], [-5.0, 16.5], [-16.0, 32.0]]> : tensor<3x2xf32>
    %3 = "stablehlo.triangular_solve"(%a, %b3) <{left_side = true, lower = true, unit_diagonal = false, transpose_a = #stablehlo<transpose TRANSPOSE>}> : (tensor<3x3xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>
    check.expect_eq %3, %x : tensor<3x2xf32>
    %b4 = stablehlo.constant dense<[[14.0, -8.5], [-17.0, 40.5], [-4.0, 8.0]]> : tensor<3x2xf32>
    %4 = "stablehlo.triangular_solve"(%a, %b4) <{left_side = true, lower = false, unit_diagonal = true, transpose_a = #stablehlo<transpose NO_TRANSPOSE>}> : (tensor<3x3xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>
    check.expect_eq %4, %x : tensor<3x2xf32>
    %b5 = stablehlo.constant dense<[[1.0, -2.0], [6.0, -5.5], [10.0, 12.5]]> : tensor<3x2xf32>
    %5 = "stablehlo.triangular_solve"(%a, %b5) <{left_side = true, lower = false, unit_diagonal = true, transpose_a = #stablehlo<transpose TRANSPOSE>}> : (tensor<3x3xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>
    check.expect_eq %5, %x : tensor<3x2xf32>
    %b6 = stablehlo.constant dense<[[15.0, -10.5], [-17.0, 40.5], [-16.0, 32.0]]> : tensor<3x2xf32>
    %6 = "stablehlo.triangular_solve"(%a, %b6) <{left_side = true, lower = false, unit_diagonal = false, transpose_a = #stablehlo<transpose NO_TRANSPOSE>}> : (tensor<3x3xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>
    check.expect_eq %6, %x : tensor<3x2xf32>
    %b7 = stablehlo.constant dense<[[2.0, -4.0], [6.0, -5.5], [-2.0, 36.5]]> : tensor<3x2xf32>
    %7 = "stablehlo.triangular_solve"(%a, %b7) <{left_side = true, lower = false, unit_diagonal = false, transpose_a = #stablehlo<transpose TRANSPOSE>}> : (tensor<3x3xf32>, tensor<3x2xf32>) -> tensor<3x2xf32>
    check.expect_eq %7, %x : tensor<3x2xf32>
    %b8 = stablehlo.constant dense<[[8.0, -5.0, -4.0], [-9.5, 16.5, 8.0]]> : tensor<2x3xf32>
    %8 = "stablehlo.triangular_solve"(%a, %b8) <{left_side = false, lower = true, unit_diagonal = true, transpose_a = #stablehlo<transpose NO_TRANSPOSE>}> : (tensor<3x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    check.expect_eq %8, %xt : tensor<2x3xf32>
    %b9 = stablehlo.constant dense<[[1.0, 4.0, 1.0], [-2.0, -1.5, 11.0]]> : tensor<2x3xf32>
    %9 = "stablehlo.triangular_solve"(%a, %b9) <{left_side = false, lower = true, unit_diagonal = true, transpose_a = #stablehlo<transpose TRANSPOSE>}> : (tensor<3x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    check.expect_eq %9, %xt : tensor<2x3xf32>
    %b10 = stablehlo.constant dense<[[9.0, -5.0, -16.0], [-11.5, 16.5, 32.0]]> : tensor<2x3xf32>
    %10 = "stablehlo.triangular_solve"(%a, %b10) <{left_side = false, lower = true, unit_diagonal = false, transpose_a = #stablehlo<transpose NO_TRANSPOSE>}> : (tensor<3x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    check.expect_eq %10, %xt : tensor<2x3xf32>
    %b11 = stablehlo.constant dense<[[2.0, 4.0, -11.0], [-4.0, -1.5, 35.0]]> : tensor<2x3xf32>
    %11 = "stablehlo.triangular_solve"(%a, %b11) <{left_side = false, lower = true, unit_diagonal = false, transpose_a = #stablehlo<transpose TRANSPOSE>}> : (tensor<3x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    check.expect_eq %11, %xt : tensor<2x3xf32>
    %b12 = stablehlo.constant dense<[[1.0, 6.0, 10.0], [-2.0, -5.5, 12.5]]> : tensor<2x3xf32>
    %12 = "stablehlo.triangular_solve"(%a, %b12) <{left_side = false, lower = false, unit_diagonal = true, transpose_a = #stablehlo<transpose NO_TRANSPOSE>}> : (tensor<3x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    check.expect_eq %12, %xt : tensor<2x3xf32>
    %b13 = stablehlo.constant dense<[[14.0, -17.0, -4.0], [-8.5, 40.5, 8.0]]> : tensor<2x3xf32>
    %13 = "stablehlo.triangular_solve"(%a, %b13) <{left_side = false, lower = false, unit_diagonal = true, transpose_a = #stablehlo<transpose TRANSPOSE>}> : (tensor<3x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    check.expect_eq %13, %xt : tensor<2x3xf32>
    %b14 = stablehlo.constant dense<[[2.0, 6.0, -2.0], [-4.0, -5.5, 36.5]]> : tensor<2x3xf32>
    %14 = "stablehlo.triangular_solve"(%a, %b14) <{left_side = false, lower = false, unit_diagonal = false, transpose_a = #stablehlo<transpose NO_TRANSPOSE>}> : (tensor<3x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    check.expect_eq %14, %xt : tensor<2x3xf32>
    %b15 = stablehlo.constant dense<[[15.0, -17.0, -16.0], [-10.5, 40.5, 32.0]]> : tensor<2x3xf32>
    %15 = "stablehlo.triangular_solve"(%a, %b15) <{left_side = false, lower = false, unit_diagonal = false, transpose_a = #stablehlo<transpose TRANSPOSE>}> : (tensor<3x3xf32>, tensor<2x3xf32>) -> tensor<2x3xf32>
    check.expect_eq %15, %xt : tensor<2x3xf32>
    return
  }
}
