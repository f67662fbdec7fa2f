// LLVM 19's C API, opened at run time: one table of the functions the CPU backend uses, with
// hand-declared types, so that neither headers nor the library are needed to build, and a process
// that never compiles never loads it.
//
// Call style: `llvm->BuildFAdd(b, x, y, "")`. Every name is the C API's without its LLVM prefix.
// llvm_open() must have returned true before the first use; it is cheap once open and safe from any
// thread.
#ifndef JITC_BACKENDS_CPU_LLVM_H
#define JITC_BACKENDS_CPU_LLVM_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A translation unit that includes <llvm-c/*.h> first checks this table against the real
// declarations.
#ifndef LLVM_C_CORE_H
typedef int LLVMBool;
typedef struct LLVMOpaqueContext *LLVMContextRef;
typedef struct LLVMOpaqueModule *LLVMModuleRef;
typedef struct LLVMOpaqueType *LLVMTypeRef;
typedef struct LLVMOpaqueValue *LLVMValueRef;
typedef struct LLVMOpaqueBasicBlock *LLVMBasicBlockRef;
typedef struct LLVMOpaqueBuilder *LLVMBuilderRef;
typedef struct LLVMOpaqueMemoryBuffer *LLVMMemoryBufferRef;
typedef struct LLVMOpaqueAttributeRef *LLVMAttributeRef;
typedef struct LLVMTarget *LLVMTargetRef;
typedef struct LLVMOpaqueTargetMachine *LLVMTargetMachineRef;
typedef struct LLVMOpaqueTargetData *LLVMTargetDataRef;
typedef struct LLVMOpaqueDiagnosticInfo *LLVMDiagnosticInfoRef;

typedef enum {
  LLVMIntEQ = 32,
  LLVMIntNE,
  LLVMIntUGT,
  LLVMIntUGE,
  LLVMIntULT,
  LLVMIntULE,
  LLVMIntSGT,
  LLVMIntSGE,
  LLVMIntSLT,
  LLVMIntSLE
} LLVMIntPredicate;

typedef enum {
  LLVMRealPredicateFalse,
  LLVMRealOEQ,
  LLVMRealOGT,
  LLVMRealOGE,
  LLVMRealOLT,
  LLVMRealOLE,
  LLVMRealONE,
  LLVMRealORD,
  LLVMRealUNO,
  LLVMRealUEQ,
  LLVMRealUGT,
  LLVMRealUGE,
  LLVMRealULT,
  LLVMRealULE,
  LLVMRealUNE,
  LLVMRealPredicateTrue
} LLVMRealPredicate;

typedef enum {
  LLVMExternalLinkage = 0,
  LLVMInternalLinkage = 8,
  LLVMPrivateLinkage = 9
} LLVMLinkage;
typedef enum {
  LLVMCodeGenLevelNone,
  LLVMCodeGenLevelLess,
  LLVMCodeGenLevelDefault
} LLVMCodeGenOptLevel;
typedef enum { LLVMRelocDefault, LLVMRelocStatic, LLVMRelocPIC } LLVMRelocMode;
typedef enum {
  LLVMCodeModelDefault,
  LLVMCodeModelJITDefault,
  LLVMCodeModelTiny,
  LLVMCodeModelSmall
} LLVMCodeModel;
typedef enum { LLVMAssemblyFile, LLVMObjectFile } LLVMCodeGenFileType;
typedef enum {
  LLVMAbortProcessAction,
  LLVMPrintMessageAction,
  LLVMReturnStatusAction
} LLVMVerifierFailureAction;
typedef unsigned LLVMAttributeIndex;
#define LLVMAttributeFunctionIndex (-1)

// llvm::TypeKind and opcodes that emitters compare with.
typedef enum { LLVMVectorTypeKind = 13 } LLVMTypeKind;
#endif

// X(result, name, (parameters)). Keep the groups; a name that the library lacks makes llvm_open
// fail.
#define LLVM_FUNCTIONS(X)                                                                          \
  /* contexts and modules */                                                                       \
  X(LLVMContextRef, ContextCreate, (void))                                                         \
  X(void, ContextDispose, (LLVMContextRef))                                                        \
  X(void, ContextSetDiagnosticHandler,                                                             \
    (LLVMContextRef, void (*)(LLVMDiagnosticInfoRef, void *), void *))                             \
  X(char *, GetDiagInfoDescription, (LLVMDiagnosticInfoRef))                                       \
  X(LLVMModuleRef, ModuleCreateWithNameInContext, (const char *, LLVMContextRef))                  \
  X(void, DisposeModule, (LLVMModuleRef))                                                          \
  X(void, SetTarget, (LLVMModuleRef, const char *))                                                \
  X(void, SetModuleDataLayout, (LLVMModuleRef, LLVMTargetDataRef))                                 \
  X(LLVMContextRef, GetModuleContext, (LLVMModuleRef))                                             \
  X(char *, PrintModuleToString, (LLVMModuleRef))                                                  \
  X(char *, PrintValueToString, (LLVMValueRef))                                                    \
  X(char *, PrintTypeToString, (LLVMTypeRef))                                                      \
  X(void, DisposeMessage, (char *))                                                                \
  X(LLVMBool, VerifyModule, (LLVMModuleRef, LLVMVerifierFailureAction, char **))                   \
  X(LLVMBool, VerifyFunction, (LLVMValueRef, LLVMVerifierFailureAction))                           \
  /* types */                                                                                      \
  X(LLVMTypeRef, VoidTypeInContext, (LLVMContextRef))                                              \
  X(LLVMTypeRef, Int1TypeInContext, (LLVMContextRef))                                              \
  X(LLVMTypeRef, Int8TypeInContext, (LLVMContextRef))                                              \
  X(LLVMTypeRef, Int16TypeInContext, (LLVMContextRef))                                             \
  X(LLVMTypeRef, Int32TypeInContext, (LLVMContextRef))                                             \
  X(LLVMTypeRef, Int64TypeInContext, (LLVMContextRef))                                             \
  X(LLVMTypeRef, IntTypeInContext, (LLVMContextRef, unsigned))                                     \
  X(LLVMTypeRef, BFloatTypeInContext, (LLVMContextRef))                                            \
  X(LLVMTypeRef, FloatTypeInContext, (LLVMContextRef))                                             \
  X(LLVMTypeRef, HalfTypeInContext, (LLVMContextRef))                                              \
  X(LLVMTypeRef, DoubleTypeInContext, (LLVMContextRef))                                            \
  X(LLVMTypeRef, PointerTypeInContext, (LLVMContextRef, unsigned))                                 \
  X(LLVMTypeRef, VectorType, (LLVMTypeRef, unsigned))                                              \
  X(LLVMTypeRef, ArrayType2, (LLVMTypeRef, uint64_t))                                              \
  X(LLVMTypeRef, StructTypeInContext, (LLVMContextRef, LLVMTypeRef *, unsigned, LLVMBool))         \
  X(LLVMTypeRef, FunctionType, (LLVMTypeRef, LLVMTypeRef *, unsigned, LLVMBool))                   \
  X(LLVMTypeRef, TypeOf, (LLVMValueRef))                                                           \
  X(LLVMTypeRef, GlobalGetValueType, (LLVMValueRef))                                               \
  X(LLVMTypeRef, GetElementType, (LLVMTypeRef))                                                    \
  X(LLVMTypeKind, GetTypeKind, (LLVMTypeRef))                                                      \
  X(unsigned, GetVectorSize, (LLVMTypeRef))                                                        \
  X(unsigned, GetIntTypeWidth, (LLVMTypeRef))                                                      \
  /* constants and globals */                                                                      \
  X(LLVMValueRef, ConstInt, (LLVMTypeRef, unsigned long long, LLVMBool))                           \
  X(LLVMValueRef, ConstReal, (LLVMTypeRef, double))                                                \
  X(LLVMValueRef, ConstNull, (LLVMTypeRef))                                                        \
  X(LLVMValueRef, ConstAllOnes, (LLVMTypeRef))                                                     \
  X(LLVMValueRef, ConstBitCast, (LLVMValueRef, LLVMTypeRef))                                       \
  X(LLVMValueRef, ConstVector, (LLVMValueRef *, unsigned))                                         \
  X(LLVMValueRef, ConstArray2, (LLVMTypeRef, LLVMValueRef *, uint64_t))                            \
  X(LLVMValueRef, ConstStructInContext, (LLVMContextRef, LLVMValueRef *, unsigned, LLVMBool))      \
  X(LLVMValueRef, ConstStringInContext, (LLVMContextRef, const char *, unsigned, LLVMBool))        \
  X(LLVMValueRef, GetUndef, (LLVMTypeRef))                                                         \
  X(LLVMValueRef, GetPoison, (LLVMTypeRef))                                                        \
  X(LLVMBool, IsConstant, (LLVMValueRef))                                                          \
  X(LLVMValueRef, AddGlobal, (LLVMModuleRef, LLVMTypeRef, const char *))                           \
  X(LLVMValueRef, GetNamedGlobal, (LLVMModuleRef, const char *))                                   \
  X(void, SetInitializer, (LLVMValueRef, LLVMValueRef))                                            \
  X(void, SetGlobalConstant, (LLVMValueRef, LLVMBool))                                             \
  X(void, SetSection, (LLVMValueRef, const char *))                                                \
  X(void, SetLinkage, (LLVMValueRef, LLVMLinkage))                                                 \
  X(void, SetAlignment, (LLVMValueRef, unsigned))                                                  \
  X(LLVMModuleRef, GetGlobalParent, (LLVMValueRef))                                                \
  /* functions, attributes, blocks */                                                              \
  X(LLVMValueRef, AddFunction, (LLVMModuleRef, const char *, LLVMTypeRef))                         \
  X(LLVMValueRef, GetNamedFunction, (LLVMModuleRef, const char *))                                 \
  X(LLVMValueRef, GetParam, (LLVMValueRef, unsigned))                                              \
  X(unsigned, CountParams, (LLVMValueRef))                                                         \
  X(void, SetValueName2, (LLVMValueRef, const char *, size_t))                                     \
  X(unsigned, GetEnumAttributeKindForName, (const char *, size_t))                                 \
  X(LLVMAttributeRef, CreateEnumAttribute, (LLVMContextRef, unsigned, uint64_t))                   \
  X(LLVMAttributeRef, CreateStringAttribute,                                                       \
    (LLVMContextRef, const char *, unsigned, const char *, unsigned))                              \
  X(void, AddAttributeAtIndex, (LLVMValueRef, LLVMAttributeIndex, LLVMAttributeRef))               \
  X(unsigned, LookupIntrinsicID, (const char *, size_t))                                           \
  X(LLVMValueRef, GetIntrinsicDeclaration, (LLVMModuleRef, unsigned, LLVMTypeRef *, size_t))       \
  X(LLVMTypeRef, IntrinsicGetType, (LLVMContextRef, unsigned, LLVMTypeRef *, size_t))              \
  X(LLVMBasicBlockRef, AppendBasicBlockInContext, (LLVMContextRef, LLVMValueRef, const char *))    \
  X(LLVMBasicBlockRef, GetInsertBlock, (LLVMBuilderRef))                                           \
  X(LLVMBasicBlockRef, GetEntryBasicBlock, (LLVMValueRef))                                         \
  X(LLVMValueRef, GetBasicBlockParent, (LLVMBasicBlockRef))                                        \
  X(LLVMValueRef, GetBasicBlockTerminator, (LLVMBasicBlockRef))                                    \
  X(LLVMValueRef, GetFirstInstruction, (LLVMBasicBlockRef))                                        \
  X(void, MoveBasicBlockAfter, (LLVMBasicBlockRef, LLVMBasicBlockRef))                             \
  /* builder: position and control flow */                                                         \
  X(LLVMBuilderRef, CreateBuilderInContext, (LLVMContextRef))                                      \
  X(void, DisposeBuilder, (LLVMBuilderRef))                                                        \
  X(void, PositionBuilderAtEnd, (LLVMBuilderRef, LLVMBasicBlockRef))                               \
  X(void, PositionBuilderBefore, (LLVMBuilderRef, LLVMValueRef))                                   \
  X(LLVMValueRef, BuildRetVoid, (LLVMBuilderRef))                                                  \
  X(LLVMValueRef, BuildRet, (LLVMBuilderRef, LLVMValueRef))                                        \
  X(LLVMValueRef, BuildBr, (LLVMBuilderRef, LLVMBasicBlockRef))                                    \
  X(LLVMValueRef, BuildCondBr,                                                                     \
    (LLVMBuilderRef, LLVMValueRef, LLVMBasicBlockRef, LLVMBasicBlockRef))                          \
  X(LLVMValueRef, BuildSwitch, (LLVMBuilderRef, LLVMValueRef, LLVMBasicBlockRef, unsigned))        \
  X(void, AddCase, (LLVMValueRef, LLVMValueRef, LLVMBasicBlockRef))                                \
  X(LLVMValueRef, BuildUnreachable, (LLVMBuilderRef))                                              \
  X(LLVMValueRef, BuildPhi, (LLVMBuilderRef, LLVMTypeRef, const char *))                           \
  X(void, AddIncoming, (LLVMValueRef, LLVMValueRef *, LLVMBasicBlockRef *, unsigned))              \
  X(LLVMValueRef, BuildCall2,                                                                      \
    (LLVMBuilderRef, LLVMTypeRef, LLVMValueRef, LLVMValueRef *, unsigned, const char *))           \
  X(LLVMValueRef, BuildSelect,                                                                     \
    (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, LLVMValueRef, const char *))                      \
  X(LLVMValueRef, BuildFreeze, (LLVMBuilderRef, LLVMValueRef, const char *))                       \
  /* builder: arithmetic */                                                                        \
  X(LLVMValueRef, BuildAdd, (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, const char *))            \
  X(LLVMValueRef, BuildNSWAdd, (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, const char *))         \
  X(LLVMValueRef, BuildSub, (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, const char *))            \
  X(LLVMValueRef, BuildMul, (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, const char *))            \
  X(LLVMValueRef, BuildNSWMul, (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, const char *))         \
  X(LLVMValueRef, BuildUDiv, (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, const char *))           \
  X(LLVMValueRef, BuildSDiv, (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, const char *))           \
  X(LLVMValueRef, BuildURem, (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, const char *))           \
  X(LLVMValueRef, BuildSRem, (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, const char *))           \
  X(LLVMValueRef, BuildAnd, (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, const char *))            \
  X(LLVMValueRef, BuildOr, (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, const char *))             \
  X(LLVMValueRef, BuildXor, (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, const char *))            \
  X(LLVMValueRef, BuildShl, (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, const char *))            \
  X(LLVMValueRef, BuildLShr, (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, const char *))           \
  X(LLVMValueRef, BuildAShr, (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, const char *))           \
  X(LLVMValueRef, BuildNeg, (LLVMBuilderRef, LLVMValueRef, const char *))                          \
  X(LLVMValueRef, BuildNot, (LLVMBuilderRef, LLVMValueRef, const char *))                          \
  X(LLVMValueRef, BuildFAdd, (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, const char *))           \
  X(LLVMValueRef, BuildFSub, (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, const char *))           \
  X(LLVMValueRef, BuildFMul, (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, const char *))           \
  X(LLVMValueRef, BuildFDiv, (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, const char *))           \
  X(LLVMValueRef, BuildFRem, (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, const char *))           \
  X(LLVMValueRef, BuildFNeg, (LLVMBuilderRef, LLVMValueRef, const char *))                         \
  X(LLVMValueRef, BuildICmp,                                                                       \
    (LLVMBuilderRef, LLVMIntPredicate, LLVMValueRef, LLVMValueRef, const char *))                  \
  X(LLVMValueRef, BuildFCmp,                                                                       \
    (LLVMBuilderRef, LLVMRealPredicate, LLVMValueRef, LLVMValueRef, const char *))                 \
  /* builder: conversions */                                                                       \
  X(LLVMValueRef, BuildTrunc, (LLVMBuilderRef, LLVMValueRef, LLVMTypeRef, const char *))           \
  X(LLVMValueRef, BuildZExt, (LLVMBuilderRef, LLVMValueRef, LLVMTypeRef, const char *))            \
  X(LLVMValueRef, BuildSExt, (LLVMBuilderRef, LLVMValueRef, LLVMTypeRef, const char *))            \
  X(LLVMValueRef, BuildFPToUI, (LLVMBuilderRef, LLVMValueRef, LLVMTypeRef, const char *))          \
  X(LLVMValueRef, BuildFPToSI, (LLVMBuilderRef, LLVMValueRef, LLVMTypeRef, const char *))          \
  X(LLVMValueRef, BuildUIToFP, (LLVMBuilderRef, LLVMValueRef, LLVMTypeRef, const char *))          \
  X(LLVMValueRef, BuildSIToFP, (LLVMBuilderRef, LLVMValueRef, LLVMTypeRef, const char *))          \
  X(LLVMValueRef, BuildFPTrunc, (LLVMBuilderRef, LLVMValueRef, LLVMTypeRef, const char *))         \
  X(LLVMValueRef, BuildFPExt, (LLVMBuilderRef, LLVMValueRef, LLVMTypeRef, const char *))           \
  X(LLVMValueRef, BuildPtrToInt, (LLVMBuilderRef, LLVMValueRef, LLVMTypeRef, const char *))        \
  X(LLVMValueRef, BuildIntToPtr, (LLVMBuilderRef, LLVMValueRef, LLVMTypeRef, const char *))        \
  X(LLVMValueRef, BuildBitCast, (LLVMBuilderRef, LLVMValueRef, LLVMTypeRef, const char *))         \
  /* builder: memory and vectors */                                                                \
  X(LLVMValueRef, BuildAlloca, (LLVMBuilderRef, LLVMTypeRef, const char *))                        \
  X(LLVMValueRef, BuildArrayAlloca, (LLVMBuilderRef, LLVMTypeRef, LLVMValueRef, const char *))     \
  X(LLVMValueRef, BuildLoad2, (LLVMBuilderRef, LLVMTypeRef, LLVMValueRef, const char *))           \
  X(LLVMValueRef, BuildStore, (LLVMBuilderRef, LLVMValueRef, LLVMValueRef))                        \
  X(LLVMValueRef, BuildGEP2,                                                                       \
    (LLVMBuilderRef, LLVMTypeRef, LLVMValueRef, LLVMValueRef *, unsigned, const char *))           \
  X(LLVMValueRef, BuildMemSet,                                                                     \
    (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, LLVMValueRef, unsigned))                          \
  X(LLVMValueRef, BuildMemCpy,                                                                     \
    (LLVMBuilderRef, LLVMValueRef, unsigned, LLVMValueRef, unsigned, LLVMValueRef))                \
  X(LLVMValueRef, BuildExtractElement, (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, const char *)) \
  X(LLVMValueRef, BuildInsertElement,                                                              \
    (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, LLVMValueRef, const char *))                      \
  X(LLVMValueRef, BuildShuffleVector,                                                              \
    (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, LLVMValueRef, const char *))                      \
  X(LLVMValueRef, BuildExtractValue, (LLVMBuilderRef, LLVMValueRef, unsigned, const char *))       \
  X(LLVMValueRef, BuildInsertValue,                                                                \
    (LLVMBuilderRef, LLVMValueRef, LLVMValueRef, unsigned, const char *))                          \
  /* target machine and objects */                                                                 \
  X(void, InitializeX86TargetInfo, (void))                                                         \
  X(void, InitializeX86Target, (void))                                                             \
  X(void, InitializeX86TargetMC, (void))                                                           \
  X(void, InitializeX86AsmPrinter, (void))                                                         \
  X(LLVMBool, GetTargetFromTriple, (const char *, LLVMTargetRef *, char **))                       \
  X(LLVMTargetMachineRef, CreateTargetMachine,                                                     \
    (LLVMTargetRef, const char *, const char *, const char *, LLVMCodeGenOptLevel, LLVMRelocMode,  \
     LLVMCodeModel))                                                                               \
  X(void, DisposeTargetMachine, (LLVMTargetMachineRef))                                            \
  X(LLVMTargetDataRef, CreateTargetDataLayout, (LLVMTargetMachineRef))                             \
  X(void, DisposeTargetData, (LLVMTargetDataRef))                                                  \
  X(LLVMBool, TargetMachineEmitToMemoryBuffer,                                                     \
    (LLVMTargetMachineRef, LLVMModuleRef, LLVMCodeGenFileType, char **, LLVMMemoryBufferRef *))    \
  X(const char *, GetBufferStart, (LLVMMemoryBufferRef))                                           \
  X(size_t, GetBufferSize, (LLVMMemoryBufferRef))                                                  \
  X(void, DisposeMemoryBuffer, (LLVMMemoryBufferRef))                                              \
  X(void, GetVersion, (unsigned *, unsigned *, unsigned *))

typedef struct Llvm {
#define X(result, name, params) result(*name) params;
  LLVM_FUNCTIONS(X)
#undef X
} Llvm;

extern const Llvm *const llvm;

// Opens the library and fills the table, once per process. False with a located-nowhere error that
// names the package to install; the outcome is remembered, every later call answers at once.
// JITC_LLVM in the environment names the library file to open instead of the usual ones.
bool llvm_open(void);

// Starts llvm_open on a background thread, so that its ~10 ms pass while the caller traces. Later
// llvm_open calls wait for it. Does nothing if the library is open already.
void llvm_open_early(void);
#endif
