// exit: 2
// says: bad_deep.mlir:69:27: error: brackets are nested more than 64 deep
func.func @main(%a: tensor<4xf32>) -> tensor<4xf32> {
  %c = stablehlo.constant dense<true> : tensor<i1>
%z70 = "stablehlo.if"(%c) ({
%z69 = "stablehlo.if"(%c) ({
%z68 = "stablehlo.if"(%c) ({
%z67 = "stablehlo.if"(%c) ({
%z66 = "stablehlo.if"(%c) ({
%z65 = "stablehlo.if"(%c) ({
%z64 = "stablehlo.if"(%c) ({
%z63 = "stablehlo.if"(%c) ({
%z62 = "stablehlo.if"(%c) ({
%z61 = "stablehlo.if"(%c) ({
%z60 = "stablehlo.if"(%c) ({
%z59 = "stablehlo.if"(%c) ({
%z58 = "stablehlo.if"(%c) ({
%z57 = "stablehlo.if"(%c) ({
%z56 = "stablehlo.if"(%c) ({
%z55 = "stablehlo.if"(%c) ({
%z54 = "stablehlo.if"(%c) ({
%z53 = "stablehlo.if"(%c) ({
%z52 = "stablehlo.if"(%c) ({
%z51 = "stablehlo.if"(%c) ({
%z50 = "stablehlo.if"(%c) ({
%z49 = "stablehlo.if"(%c) ({
%z48 = "stablehlo.if"(%c) ({
%z47 = "stablehlo.if"(%c) ({
%z46 = "stablehlo.if"(%c) ({
%z45 = "stablehlo.if"(%c) ({
%z44 = "stablehlo.if"(%c) ({
%z43 = "stablehlo.if"(%c) ({
%z42 = "stablehlo.if"(%c) ({
%z41 = "stablehlo.if"(%c) ({
%z40 = "stablehlo.if"(%c) ({
%z39 = "stablehlo.if"(%c) ({
%z38 = "stablehlo.if"(%c) ({
%z37 = "stablehlo.if"(%c) ({
%z36 = "stablehlo.if"(%c) ({
%z35 = "stablehlo.if"(%c) ({
%z34 = "stablehlo.if"(%c) ({
%z33 = "stablehlo.if"(%c) ({
%z32 = "stablehlo.if"(%c) ({
%z31 = "stablehlo.if"(%c) ({
%z30 = "stablehlo.if"(%c) ({
%z29 = "stablehlo.if"(%c) ({
%z28 = "stablehlo.if"(%c) ({
%z27 = "stablehlo.if"(%c) ({
%z26 = "stablehlo.if"(%c) ({
%z25 = "stablehlo.if"(%c) ({
%z24 = "stablehlo.if"(%c) ({
%z23 = "stablehlo.if"(%c) ({
%z22 = "stablehlo.if"(%c) ({
%z21 = "stablehlo.if"(%c) ({
%z20 = "stablehlo.if"(%c) ({
%z19 = "stablehlo.if"(%c) ({
%z18 = "stablehlo.if"(%c) ({
%z17 = "stablehlo.if"(%c) ({
%z16 = "stablehlo.if"(%c) ({
%z15 = "stablehlo.if"(%c) ({
%z14 = "stablehlo.if"(%c) ({
%z13 = "stablehlo.if"(%c) ({
%z12 = "stablehlo.if"(%c) ({
%z11 = "stablehlo.if"(%c) ({
%z10 = "stablehlo.if"(%c) ({
%z9 = "stablehlo.if"(%c) ({
%z8 = "stablehlo.if"(%c) ({
%z7 = "stablehlo.if"(%c) ({
%z6 = "stablehlo.if"(%c) ({
%z5 = "stablehlo.if"(%c) ({
%z4 = "stablehlo.if"(%c) ({
%z3 = "stablehlo.if"(%c) ({
%z2 = "stablehlo.if"(%c) ({
%z1 = "stablehlo.if"(%c) ({
%z0 = stablehlo.abs %a : tensor<4xf32>
 "stablehlo.return"(%z0) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z1) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z2) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z3) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z4) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z5) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z6) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z7) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z8) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z9) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z10) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z11) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z12) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z13) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z14) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z15) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z16) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z17) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z18) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z19) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z20) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z21) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z22) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z23) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z24) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z25) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z26) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z27) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z28) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z29) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z30) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z31) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z32) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z33) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z34) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z35) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z36) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z37) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z38) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z39) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z40) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z41) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z42) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z43) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z44) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z45) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z46) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z47) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z48) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z49) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z50) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z51) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z52) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z53) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z54) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z55) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z56) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z57) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z58) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z59) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z60) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z61) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z62) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z63) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z64) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z65) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z66) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z67) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z68) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 "stablehlo.return"(%z69) : (tensor<4xf32>) -> ()
}, {
 "stablehlo.return"(%a) : (tensor<4xf32>) -> ()
}) : (tensor<i1>) -> tensor<4xf32>
 return %z70 : tensor<4xf32>
}
