// exit: 0
// says: 9 of 9 checks hold
module {
  func.func @main() {
    %x = stablehlo.constant dense<[[1.0, -2.0, 3.0], [4.0, 5.0, -6.0]]> : tensor<2x3xf32>
    %ten = stablehlo.constant dense<10.0> : tensor<f32>
    %low = stablehlo.constant dense<0xFF800000> : tensor<f32>
    // The init is combined once.
    %0 = stablehlo.reduce(%x init: %ten) applies stablehlo.add across dimensions = [1] : (tensor<2x3xf32>, tensor<f32>) -> tensor<2xf32>
    %sums = stablehlo.constant dense<[12.0, 13.0]> : tensor<2xf32>
    stablehlo.custom_call @check.expect_eq(%0, %sums) : (tensor<2xf32>, tensor<2xf32>) -> ()
    %1 = stablehlo.reduce(%x init: %low) across dimensions = [1, 0] : (tensor<2x3xf32>, tensor<f32>) -> tensor<f32>
     reducer(%a: tensor<f32>, %b: tensor<f32>) {
      %m = stablehlo.maximum %b, %a : tensor<f32>
      stablehlo.return %m : tensor<f32>
    }
    %five = stablehlo.constant dense<5.0> : tensor<f32>
    stablehlo.custom_call @check.expect_eq(%1, %five) : (tensor<f32>, tensor<f32>) -> ()
    %i = stablehlo.iota dim = 1 : tensor<2x3xi32>
    %zero = stablehlo.constant dense<0> : tensor<i32>
    %2:2 = stablehlo.reduce(%x init: %ten), (%i init: %zero) across dimensions = [0] : (tensor<2x3xf32>, tensor<2x3xi32>, tensor<f32>, tensor<i32>) -> (tensor<3xf32>, tensor<3xi32>)
     reducer(%a: tensor<f32>, %c: tensor<f32>) (%b: tensor<i32>, %d: tensor<i32>) {
      %m = stablehlo.minimum %a, %c : tensor<f32>
      %n = stablehlo.add %b, %d : tensor<i32>
      stablehlo.return %m, %n : tensor<f32>, tensor<i32>
    }
    %least = stablehlo.constant dense<[1.0, -2.0, -6.0]> : tensor<3xf32>
    %twice = stablehlo.constant dense<[0, 2, 4]> : tensor<3xi32>
    stablehlo.custom_call @check.expect_eq(%2#0, %least) : (tensor<3xf32>, tensor<3xf32>) -> ()
    stablehlo.custom_call @check.expect_eq(%2#1, %twice) : (tensor<3xi32>, tensor<3xi32>) -> ()
    // The largest with its index: the first of equals.
    %y = stablehlo.constant dense<[[1.0, 7.0, 7.0], [0x7FC00000, 5.0, -6.0]]> : tensor<2x3xf32>
    %3:2 = stablehlo.reduce(%y init: %low), (%i init: %zero) across dimensions = [1] : (tensor<2x3xf32>, tensor<2x3xi32>, tensor<f32>, tensor<i32>) -> (tensor<2xf32>, tensor<2xi32>)
     reducer(%a: tensor<f32>, %c: tensor<f32>) (%b: tensor<i32>, %d: tensor<i32>) {
      %4 = stablehlo.compare GT, %a, %c, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %5 = stablehlo.compare NE, %a, %a, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %6 = stablehlo.or %4, %5 : tensor<i1>
      %7 = stablehlo.compare EQ, %a, %c, FLOAT : (tensor<f32>, tensor<f32>) -> tensor<i1>
      %8 = stablehlo.compare LT, %b, %d, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      %9 = stablehlo.and %7, %8 : tensor<i1>
      %10 = stablehlo.or %6, %9 : tensor<i1>
      %11 = stablehlo.select %6, %a, %c : tensor<i1>, tensor<f32>
      %12 = stablehlo.select %10, %b, %d : tensor<i1>, tensor<i32>
      stablehlo.return %11, %12 : tensor<f32>, tensor<i32>
    }
    %best = stablehlo.constant dense<[7.0, 0x7FC00000]> : tensor<2xf32>
    %where = stablehlo.constant dense<[1, 0]> : tensor<2xi32>
    stablehlo.custom_call @check.expect_eq(%3#0, %best) : (tensor<2xf32>, tensor<2xf32>) -> ()
    stablehlo.custom_call @check.expect_eq(%3#1, %where) : (tensor<2xi32>, tensor<2xi32>) -> ()
    // Bools: add is or, multiply is and.
    %p = stablehlo.constant dense<[[true, false], [false, false]]> : tensor<2x2xi1>
    %no = stablehlo.constant dense<false> : tensor<i1>
    %13 = "stablehlo.reduce"(%p, %no) <{dimensions = array<i64: 1>}> ({
    ^bb0(%a: tensor<i1>, %b: tensor<i1>):
      %m = stablehlo.add %a, %b : tensor<i1>
      stablehlo.return %m : tensor<i1>
    }) : (tensor<2x2xi1>, tensor<i1>) -> tensor<2xi1>
    %any = stablehlo.constant dense<[true, false]> : tensor<2xi1>
    stablehlo.custom_call @check.expect_eq(%13, %any) : (tensor<2xi1>, tensor<2xi1>) -> ()
    %empty = stablehlo.constant dense<> : tensor<0x2xf32>
    %14 = stablehlo.reduce(%empty init: %ten) applies stablehlo.multiply across dimensions = [0] : (tensor<0x2xf32>, tensor<f32>) -> tensor<2xf32>
    %tens = stablehlo.constant dense<10.0> : tensor<2xf32>
    stablehlo.custom_call @check.expect_eq(%14, %tens) : (tensor<2xf32>, tensor<2xf32>) -> ()
    %neg = stablehlo.constant dense<-0.0> : tensor<2xf32>
    %15 = stablehlo.reduce(%neg init: %low) applies stablehlo.maximum across dimensions = [] : (tensor<2xf32>, tensor<f32>) -> tensor<2xf32>
    stablehlo.custom_call @check.expect_eq(%15, %neg) : (tensor<2xf32>, tensor<2xf32>) -> ()
    return
  }
}
