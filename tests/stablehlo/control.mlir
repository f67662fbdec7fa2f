// exit: 0
// says: 6 of 6 checks hold
#loc = loc("here.py":1:2)
module @control {
  func.func public @main() -> (tensor<i32>, tensor<4xf32>) {
    %n = stablehlo.constant dense<5> : tensor<i32>
    %zero = stablehlo.constant dense<0> : tensor<i32>
    %one = stablehlo.constant dense<1> : tensor<i32>
    %x = stablehlo.constant dense<[1.0, 2.0, 3.0, 4.0]> : tensor<4xf32>
    %step = stablehlo.constant dense<[0.5, 0.25, 0.0, 1.0]> : tensor<4xf32>
    // A loop that reads %n, %one and %step from around it, and calls a function.
    %0:2 = stablehlo.while(%i = %zero, %v = %x) : tensor<i32>, tensor<4xf32>
     cond {
      %c = stablehlo.compare LT, %i, %n, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %c : tensor<i1>
    } do {
      %j = stablehlo.add %i, %one : tensor<i32>
      %w = func.call @more(%v, %step) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32>
      stablehlo.return %j, %w : tensor<i32>, tensor<4xf32>
    } loc(#loc)
    %last = stablehlo.constant dense<[3.5, 3.25, 3.0, 9.0]> : tensor<4xf32>
    stablehlo.custom_call @check.expect_eq(%0#0, %n) : (tensor<i32>, tensor<i32>) -> ()
    stablehlo.custom_call @check.expect_eq(%0#1, %last) : (tensor<4xf32>, tensor<4xf32>) -> ()
    // A loop in a loop: 3 * 4 additions of one.
    %1:2 = "stablehlo.while"(%zero, %zero) ({
    ^bb0(%i: tensor<i32>, %s: tensor<i32>):
      %three = stablehlo.constant dense<3> : tensor<i32>
      %c = stablehlo.compare LT, %i, %three, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
      stablehlo.return %c : tensor<i1>
    }, {
    ^bb0(%i: tensor<i32>, %s: tensor<i32>):
      %four = stablehlo.constant dense<4> : tensor<i32>
      %in:2 = stablehlo.while(%k = %zero, %t = %s) : tensor<i32>, tensor<i32>
       cond {
        %c = stablehlo.compare LT, %k, %four, SIGNED : (tensor<i32>, tensor<i32>) -> tensor<i1>
        stablehlo.return %c : tensor<i1>
      } do {
        %l = stablehlo.add %k, %one : tensor<i32>
        %u = stablehlo.add %t, %one : tensor<i32>
        stablehlo.return %l, %u : tensor<i32>, tensor<i32>
      }
      %j = stablehlo.add %i, %one : tensor<i32>
      stablehlo.return %j, %in#1 : tensor<i32>, tensor<i32>
    }) : (tensor<i32>, tensor<i32>) -> (tensor<i32>, tensor<i32>)
    %twelve = stablehlo.constant dense<12> : tensor<i32>
    stablehlo.custom_call @check.expect_eq(%1#1, %twelve) : (tensor<i32>, tensor<i32>) -> ()
    // An index out of range takes the last branch.
    %2 = "stablehlo.case"(%n) ({
      stablehlo.return %zero : tensor<i32>
    }, {
      %m = stablehlo.multiply %n, %n : tensor<i32>
      stablehlo.return %m : tensor<i32>
    }) : (tensor<i32>) -> tensor<i32>
    %square = stablehlo.constant dense<25> : tensor<i32>
    stablehlo.custom_call @check.expect_eq(%2, %square) : (tensor<i32>, tensor<i32>) -> ()
    %no = stablehlo.constant dense<false> : tensor<i1>
    %3 = "stablehlo.if"(%no) ({
      stablehlo.return %x : tensor<4xf32>
    }, {
      stablehlo.return %step : tensor<4xf32>
    }) : (tensor<i1>) -> tensor<4xf32>
    stablehlo.custom_call @check.expect_eq(%3, %step) : (tensor<4xf32>, tensor<4xf32>) -> ()
    %4:2 = call @two() : () -> (tensor<i32>, tensor<i32>)
    %5 = stablehlo.subtract %4#1, %4#0 : tensor<i32>
    stablehlo.custom_call @check.expect_eq(%5, %one) : (tensor<i32>, tensor<i32>) -> ()
    return %0#0, %0#1 : tensor<i32>, tensor<4xf32>
  } loc("main")
  func.func private @more(%a: tensor<4xf32> {mhlo.sharding = "{replicated}"}, %b: tensor<4xf32> loc("b")) -> tensor<4xf32> {
    %0 = stablehlo.add %a, %b : tensor<4xf32>
    func.return %0 : tensor<4xf32>
  }
  func.func private @two() -> (tensor<i32>, tensor<i32>) {
    %c = stablehlo.constant dense<8> : tensor<i32>
    %d = stablehlo.constant dense<9> : tensor<i32>
    %0:2 = stablehlo.optimization_barrier %c, %d : tensor<i32>, tensor<i32>
    return %0#0, %0#1 : tensor<i32>, tensor<i32>
  }
}
