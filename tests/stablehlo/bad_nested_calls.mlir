// exit: 2
// says: bad_nested_calls.mlir:314:29: error: calls and regions are nested more than 128 deep
func.func @main(%c: tensor<i32>) -> tensor<i32> {
%r43 = "stablehlo.case"(%c) ({
%r42 = "stablehlo.case"(%c) ({
%r41 = "stablehlo.case"(%c) ({
%r40 = "stablehlo.case"(%c) ({
%r39 = "stablehlo.case"(%c) ({
%r38 = "stablehlo.case"(%c) ({
%r37 = "stablehlo.case"(%c) ({
%r36 = "stablehlo.case"(%c) ({
%r35 = "stablehlo.case"(%c) ({
%r34 = "stablehlo.case"(%c) ({
%r33 = "stablehlo.case"(%c) ({
%r32 = "stablehlo.case"(%c) ({
%r31 = "stablehlo.case"(%c) ({
%r30 = "stablehlo.case"(%c) ({
%r29 = "stablehlo.case"(%c) ({
%r28 = "stablehlo.case"(%c) ({
%r27 = "stablehlo.case"(%c) ({
%r26 = "stablehlo.case"(%c) ({
%r25 = "stablehlo.case"(%c) ({
%r24 = "stablehlo.case"(%c) ({
%r23 = "stablehlo.case"(%c) ({
%r22 = "stablehlo.case"(%c) ({
%r21 = "stablehlo.case"(%c) ({
%r20 = "stablehlo.case"(%c) ({
%r19 = "stablehlo.case"(%c) ({
%r18 = "stablehlo.case"(%c) ({
%r17 = "stablehlo.case"(%c) ({
%r16 = "stablehlo.case"(%c) ({
%r15 = "stablehlo.case"(%c) ({
%r14 = "stablehlo.case"(%c) ({
%r13 = "stablehlo.case"(%c) ({
%r12 = "stablehlo.case"(%c) ({
%r11 = "stablehlo.case"(%c) ({
%r10 = "stablehlo.case"(%c) ({
%r9 = "stablehlo.case"(%c) ({
%r8 = "stablehlo.case"(%c) ({
%r7 = "stablehlo.case"(%c) ({
%r6 = "stablehlo.case"(%c) ({
%r5 = "stablehlo.case"(%c) ({
%r4 = "stablehlo.case"(%c) ({
%r3 = "stablehlo.case"(%c) ({
%r2 = "stablehlo.case"(%c) ({
%r1 = "stablehlo.case"(%c) ({
%r0 = "stablehlo.case"(%c) ({
%x = func.call @f(%c) : (tensor<i32>) -> tensor<i32>
stablehlo.return %x : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r0 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r1 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r2 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r3 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r4 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r5 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r6 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r7 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r8 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r9 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r10 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r11 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r12 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r13 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r14 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r15 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r16 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r17 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r18 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r19 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r20 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r21 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r22 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r23 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r24 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r25 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r26 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r27 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r28 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r29 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r30 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r31 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r32 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r33 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r34 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r35 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r36 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r37 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r38 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r39 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r40 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r41 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r42 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
return %r43 : tensor<i32>
}
func.func private @f(%c: tensor<i32>) -> tensor<i32> {
%r43 = "stablehlo.case"(%c) ({
%r42 = "stablehlo.case"(%c) ({
%r41 = "stablehlo.case"(%c) ({
%r40 = "stablehlo.case"(%c) ({
%r39 = "stablehlo.case"(%c) ({
%r38 = "stablehlo.case"(%c) ({
%r37 = "stablehlo.case"(%c) ({
%r36 = "stablehlo.case"(%c) ({
%r35 = "stablehlo.case"(%c) ({
%r34 = "stablehlo.case"(%c) ({
%r33 = "stablehlo.case"(%c) ({
%r32 = "stablehlo.case"(%c) ({
%r31 = "stablehlo.case"(%c) ({
%r30 = "stablehlo.case"(%c) ({
%r29 = "stablehlo.case"(%c) ({
%r28 = "stablehlo.case"(%c) ({
%r27 = "stablehlo.case"(%c) ({
%r26 = "stablehlo.case"(%c) ({
%r25 = "stablehlo.case"(%c) ({
%r24 = "stablehlo.case"(%c) ({
%r23 = "stablehlo.case"(%c) ({
%r22 = "stablehlo.case"(%c) ({
%r21 = "stablehlo.case"(%c) ({
%r20 = "stablehlo.case"(%c) ({
%r19 = "stablehlo.case"(%c) ({
%r18 = "stablehlo.case"(%c) ({
%r17 = "stablehlo.case"(%c) ({
%r16 = "stablehlo.case"(%c) ({
%r15 = "stablehlo.case"(%c) ({
%r14 = "stablehlo.case"(%c) ({
%r13 = "stablehlo.case"(%c) ({
%r12 = "stablehlo.case"(%c) ({
%r11 = "stablehlo.case"(%c) ({
%r10 = "stablehlo.case"(%c) ({
%r9 = "stablehlo.case"(%c) ({
%r8 = "stablehlo.case"(%c) ({
%r7 = "stablehlo.case"(%c) ({
%r6 = "stablehlo.case"(%c) ({
%r5 = "stablehlo.case"(%c) ({
%r4 = "stablehlo.case"(%c) ({
%r3 = "stablehlo.case"(%c) ({
%r2 = "stablehlo.case"(%c) ({
%r1 = "stablehlo.case"(%c) ({
%r0 = "stablehlo.case"(%c) ({
%x = func.call @g(%c) : (tensor<i32>) -> tensor<i32>
stablehlo.return %x : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r0 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r1 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r2 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r3 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r4 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r5 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r6 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r7 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r8 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r9 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r10 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r11 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r12 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r13 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r14 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r15 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r16 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r17 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r18 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r19 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r20 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r21 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r22 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r23 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r24 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r25 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r26 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r27 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r28 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r29 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r30 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r31 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r32 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r33 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r34 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r35 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r36 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r37 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r38 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r39 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r40 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r41 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r42 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
return %r43 : tensor<i32>
}
func.func private @g(%c: tensor<i32>) -> tensor<i32> {
%r43 = "stablehlo.case"(%c) ({
%r42 = "stablehlo.case"(%c) ({
%r41 = "stablehlo.case"(%c) ({
%r40 = "stablehlo.case"(%c) ({
%r39 = "stablehlo.case"(%c) ({
%r38 = "stablehlo.case"(%c) ({
%r37 = "stablehlo.case"(%c) ({
%r36 = "stablehlo.case"(%c) ({
%r35 = "stablehlo.case"(%c) ({
%r34 = "stablehlo.case"(%c) ({
%r33 = "stablehlo.case"(%c) ({
%r32 = "stablehlo.case"(%c) ({
%r31 = "stablehlo.case"(%c) ({
%r30 = "stablehlo.case"(%c) ({
%r29 = "stablehlo.case"(%c) ({
%r28 = "stablehlo.case"(%c) ({
%r27 = "stablehlo.case"(%c) ({
%r26 = "stablehlo.case"(%c) ({
%r25 = "stablehlo.case"(%c) ({
%r24 = "stablehlo.case"(%c) ({
%r23 = "stablehlo.case"(%c) ({
%r22 = "stablehlo.case"(%c) ({
%r21 = "stablehlo.case"(%c) ({
%r20 = "stablehlo.case"(%c) ({
%r19 = "stablehlo.case"(%c) ({
%r18 = "stablehlo.case"(%c) ({
%r17 = "stablehlo.case"(%c) ({
%r16 = "stablehlo.case"(%c) ({
%r15 = "stablehlo.case"(%c) ({
%r14 = "stablehlo.case"(%c) ({
%r13 = "stablehlo.case"(%c) ({
%r12 = "stablehlo.case"(%c) ({
%r11 = "stablehlo.case"(%c) ({
%r10 = "stablehlo.case"(%c) ({
%r9 = "stablehlo.case"(%c) ({
%r8 = "stablehlo.case"(%c) ({
%r7 = "stablehlo.case"(%c) ({
%r6 = "stablehlo.case"(%c) ({
%r5 = "stablehlo.case"(%c) ({
%r4 = "stablehlo.case"(%c) ({
%r3 = "stablehlo.case"(%c) ({
%r2 = "stablehlo.case"(%c) ({
%r1 = "stablehlo.case"(%c) ({
%r0 = "stablehlo.case"(%c) ({
%x = stablehlo.add %c, %c : tensor<i32>
stablehlo.return %x : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r0 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r1 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r2 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r3 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r4 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r5 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r6 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r7 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r8 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r9 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r10 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r11 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r12 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r13 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r14 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r15 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r16 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r17 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r18 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r19 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r20 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r21 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r22 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r23 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r24 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r25 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r26 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r27 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r28 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r29 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r30 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r31 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r32 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r33 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r34 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r35 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r36 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r37 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r38 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r39 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r40 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r41 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
stablehlo.return %r42 : tensor<i32>
}) : (tensor<i32>) -> tensor<i32>
return %r43 : tensor<i32>
}
