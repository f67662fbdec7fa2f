// exit: 0
// says: 12 of 12 checks hold
// f16 and bf16: literals in every spelling, one rounding per op, sums and products in f32, orders, conversions.
func.func @main() {
  %bits = stablehlo.constant dense<[0x3C00, 0x3C01, 0x7C00, 0x8001]> : tensor<4xf16>
  %raw = stablehlo.constant dense<"0x003C013C007C0180"> : tensor<4xf16>
  check.expect_eq %bits, %raw : tensor<4xf16>
  %numbers = stablehlo.constant dense<[1.0, 1.0009765625, 0x7C00, -5.96046448e-08]> : tensor<4xf16>
  check.expect_eq %bits, %numbers : tensor<4xf16>

  // 257 lies between 256 and 258, and 256 is even.
  %x = stablehlo.constant dense<[256.0, 1.0, 1.0]> : tensor<3xbf16>
  %one = stablehlo.constant dense<1.0> : tensor<3xbf16>
  %sum = stablehlo.add %x, %one : tensor<3xbf16>
  %sum_want = stablehlo.constant dense<[256.0, 2.0, 2.0]> : tensor<3xbf16>
  check.expect_eq %sum, %sum_want : tensor<3xbf16>
  %zero = stablehlo.constant dense<0.0> : tensor<bf16>
  %total = stablehlo.reduce(%x init: %zero) applies stablehlo.add across dimensions = [0] : (tensor<3xbf16>, tensor<bf16>) -> tensor<bf16>
  %total_want = stablehlo.constant dense<258.0> : tensor<bf16>
  check.expect_eq %total, %total_want : tensor<bf16>

  %narrow = stablehlo.dot_general %x, %one, contracting_dims = [0] x [0] : (tensor<3xbf16>, tensor<3xbf16>) -> tensor<bf16>
  check.expect_eq %narrow, %total_want : tensor<bf16>
  %y = stablehlo.constant dense<[256.0, 1.0, 2.0]> : tensor<3xbf16>
  %wide = stablehlo.dot_general %y, %one, contracting_dims = [0] x [0] : (tensor<3xbf16>, tensor<3xbf16>) -> tensor<f32>
  %wide_want = stablehlo.constant dense<259.0> : tensor<f32>
  check.expect_eq %wide, %wide_want : tensor<f32>

  // Not rounded through f32 on the way: 1 + 2^-11 + 2^-40 is above the middle of two f16.
  %double = stablehlo.constant dense<[1.0004882812509095, 1.00048828125, 65519.99, 65520.0, 2.98e-08]> : tensor<5xf64>
  %rounded = stablehlo.convert %double : (tensor<5xf64>) -> tensor<5xf16>
  %rounded_want = stablehlo.constant dense<[0x3C01, 0x3C00, 0x7BFF, 0x7C00, 0x0000]> : tensor<5xf16>
  check.expect_eq %rounded, %rounded_want : tensor<5xf16>
  %int = stablehlo.constant dense<[16842753, 16842752, -70000, 2147483647]> : tensor<4xi32>
  %from_int = stablehlo.convert %int : (tensor<4xi32>) -> tensor<4xbf16>
  %from_int_want = stablehlo.constant dense<[0x4B81, 0x4B80, 0xC789, 0x4F00]> : tensor<4xbf16>
  check.expect_eq %from_int, %from_int_want : tensor<4xbf16>
  %to_int = stablehlo.convert %numbers : (tensor<4xf16>) -> tensor<4xi32>
  %to_int_want = stablehlo.constant dense<[1, 1, 2147483647, 0]> : tensor<4xi32>
  check.expect_eq %to_int, %to_int_want : tensor<4xi32>
  %as_bits = stablehlo.bitcast_convert %numbers : (tensor<4xf16>) -> tensor<4xui16>
  %as_bits_want = stablehlo.constant dense<[15360, 15361, 31744, 32769]> : tensor<4xui16>
  check.expect_eq %as_bits, %as_bits_want : tensor<4xui16>

  %key = stablehlo.constant dense<[2.0, 0xFE00, -0.0, -3.5, 0.0, 0xFC00]> : tensor<6xf16>
  %sorted = "stablehlo.sort"(%key) <{dimension = 0 : i64, is_stable = true}> ({
  ^bb0(%a: tensor<f16>, %b: tensor<f16>):
    %less = stablehlo.compare LT, %a, %b, TOTALORDER : (tensor<f16>, tensor<f16>) -> tensor<i1>
    stablehlo.return %less : tensor<i1>
  }) : (tensor<6xf16>) -> tensor<6xf16>
  %sorted_want = stablehlo.constant dense<[0xFE00, 0xFC00, -3.5, -0.0, 0.0, 2.0]> : tensor<6xf16>
  check.expect_eq %sorted, %sorted_want : tensor<6xf16>

  %exp = stablehlo.exponential %numbers : tensor<4xf16>
  %exp_want = stablehlo.constant dense<[0x4170, 0x4171, 0x7C00, 0x3C00]> : tensor<4xf16>
  check.expect_close %exp, %exp_want {max_ulp_difference = 0 : i64, min_ulp_difference = 0 : i64} : tensor<4xf16>, tensor<4xf16>
  func.return
}
