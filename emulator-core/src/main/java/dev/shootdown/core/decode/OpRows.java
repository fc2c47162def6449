package dev.shootdown.core.decode;

/**
 * The encodings, one a line, in the order in which they are tried. Columns are separated by two or more
 * blanks:
 *
 * <pre>
 *   prefix map opcode /digit     operands   operation   flags
 * </pre>
 *
 * <b>Encoding.</b> Mandatory prefix NP, 66, F3 or F2 (absent: any); map 0F, 0F 38, 0F 3A, VEX.0F, VEX.0F38,
 * VEX.0F3A; opcode, {@code 50+r} with a register in its low bits, {@code 70+cc} with a condition, or a range
 * {@code D8-DF}; {@code /digit} in ModRM.reg, or {@code =F8} a whole ModRM byte; {@code r}: ModRM names a
 * register; {@code !B}: without REX.B. VEX rows with a mandatory prefix want VEX.L to be 0.
 *
 * <p><b>Operands</b>, as in SDM 2D appendix A.2: a letter for the place and one for the size. Places: E
 * ModRM.rm; M memory only; R register only; G ModRM.reg; Z low bits of the opcode; B VEX.vvvv; S C D segment,
 * control, debug register of ModRM.reg; I immediate, sign-extended; U immediate, zero-extended; J
 * displacement of a branch; A far pointer; O absolute offset; X Y string source and destination; AL CL DX rAX
 * eAX themselves; a digit is that immediate; ES to GS a segment; {@code #n} the number n in {@link Insn#imm}.
 * Sizes: b w d q are 1 2 4 8; v the operand size; z the same but at most 4; y 4, or 8 with REX.W; n 8 in
 * 64-bit mode, otherwise 4; a the address size; p far pointer; s pseudo-descriptor; o 16 bytes. {@code :v}
 * after the operands is the size of an instruction whose operands do not tell.
 *
 * <p><b>Flags.</b> lock: LOCK is allowed on a memory destination. o64, i64: only in, or invalid in, 64-bit
 * mode. d64, f64: the operand size in 64-bit mode defaults to, or is, 8. ends: ends a block. swap: the second
 * and third operands of the manual are {@code c} and {@code b}. anymod: ModRM.mod is ignored.
 *
 * <p>SDM 2A to 2D, the instruction pages and appendix A.
 */
final class OpRows {
    /** The one-byte map. SDM 2D table A-2. */
    static final String ONE_BYTE = """
        00           Eb,Gb      ADD                  lock
        01           Ev,Gv      ADD                  lock
        02           Gb,Eb      ADD
        03           Gv,Ev      ADD
        04           AL,Ib      ADD
        05           rAX,Iz     ADD
        06           ES:v       PUSH_SREG            i64
        07           ES:v       POP_SREG             i64 ends
        08           Eb,Gb      OR                   lock
        09           Ev,Gv      OR                   lock
        0A           Gb,Eb      OR
        0B           Gv,Ev      OR
        0C           AL,Ib      OR
        0D           rAX,Iz     OR
        0E           CS:v       PUSH_SREG            i64
        10           Eb,Gb      ADC                  lock
        11           Ev,Gv      ADC                  lock
        12           Gb,Eb      ADC
        13           Gv,Ev      ADC
        14           AL,Ib      ADC
        15           rAX,Iz     ADC
        16           SS:v       PUSH_SREG            i64
        17           SS:v       POP_SREG             i64 ends
        18           Eb,Gb      SBB                  lock
        19           Ev,Gv      SBB                  lock
        1A           Gb,Eb      SBB
        1B           Gv,Ev      SBB
        1C           AL,Ib      SBB
        1D           rAX,Iz     SBB
        1E           DS:v       PUSH_SREG            i64
        1F           DS:v       POP_SREG             i64 ends
        20           Eb,Gb      AND                  lock
        21           Ev,Gv      AND                  lock
        22           Gb,Eb      AND
        23           Gv,Ev      AND
        24           AL,Ib      AND
        25           rAX,Iz     AND
        27           -          DAA                  i64
        28           Eb,Gb      SUB                  lock
        29           Ev,Gv      SUB                  lock
        2A           Gb,Eb      SUB
        2B           Gv,Ev      SUB
        2C           AL,Ib      SUB
        2D           rAX,Iz     SUB
        2F           -          DAS                  i64
        30           Eb,Gb      XOR                  lock
        31           Ev,Gv      XOR                  lock
        32           Gb,Eb      XOR
        33           Gv,Ev      XOR
        34           AL,Ib      XOR
        35           rAX,Iz     XOR
        37           -          AAA                  i64
        38           Eb,Gb      CMP
        39           Ev,Gv      CMP
        3A           Gb,Eb      CMP
        3B           Gv,Ev      CMP
        3C           AL,Ib      CMP
        3D           rAX,Iz     CMP
        3F           -          AAS                  i64
        40+r         Zv         INC                  i64
        48+r         Zv         DEC                  i64
        50+r         Zv         PUSH                 d64
        58+r         Zv         POP                  d64
        60           :v         PUSHA                i64
        61           :v         POPA                 i64
        62           Gv,Mv      BOUND                i64
        63           Ew,Gw      ARPL                 i64
        63           Gv,Ez      MOVSX                o64
        68           Iz:v       PUSH                 d64
        69           Gv,Ev,Iz   IMUL3
        6A           Ib:v       PUSH                 d64
        6B           Gv,Ev,Ib   IMUL3
        6C           Yb,DX      INS                  ends
        6D           Yz,DX      INS                  ends
        6E           DX,Xb      OUTS                 ends
        6F           DX,Xz      OUTS                 ends
        70+cc        Jb:v       JCC                  f64 ends
        80 /0        Eb,Ib      ADD                  lock
        80 /1        Eb,Ib      OR                   lock
        80 /2        Eb,Ib      ADC                  lock
        80 /3        Eb,Ib      SBB                  lock
        80 /4        Eb,Ib      AND                  lock
        80 /5        Eb,Ib      SUB                  lock
        80 /6        Eb,Ib      XOR                  lock
        80 /7        Eb,Ib      CMP
        81 /0        Ev,Iz      ADD                  lock
        81 /1        Ev,Iz      OR                   lock
        81 /2        Ev,Iz      ADC                  lock
        81 /3        Ev,Iz      SBB                  lock
        81 /4        Ev,Iz      AND                  lock
        81 /5        Ev,Iz      SUB                  lock
        81 /6        Ev,Iz      XOR                  lock
        81 /7        Ev,Iz      CMP
        82 /0        Eb,Ib      ADD                  lock i64
        82 /1        Eb,Ib      OR                   lock i64
        82 /2        Eb,Ib      ADC                  lock i64
        82 /3        Eb,Ib      SBB                  lock i64
        82 /4        Eb,Ib      AND                  lock i64
        82 /5        Eb,Ib      SUB                  lock i64
        82 /6        Eb,Ib      XOR                  lock i64
        82 /7        Eb,Ib      CMP                  i64
        83 /0        Ev,Ib      ADD                  lock
        83 /1        Ev,Ib      OR                   lock
        83 /2        Ev,Ib      ADC                  lock
        83 /3        Ev,Ib      SBB                  lock
        83 /4        Ev,Ib      AND                  lock
        83 /5        Ev,Ib      SUB                  lock
        83 /6        Ev,Ib      XOR                  lock
        83 /7        Ev,Ib      CMP
        84           Eb,Gb      TEST
        85           Ev,Gv      TEST
        86           Eb,Gb      XCHG                 lock
        87           Ev,Gv      XCHG                 lock
        88           Eb,Gb      MOV
        89           Ev,Gv      MOV
        8A           Gb,Eb      MOV
        8B           Gv,Ev      MOV
        8C           Rv,Sw      MOV_FROM_SREG
        8C           Mw,Sw      MOV_FROM_SREG
        8D           Gv,Mv      LEA
        8E           Sw,Ew      MOV_TO_SREG          ends
        8F /0        Ev         POP                  d64
        F3 90 !B     -          PAUSE                ends
        90 !B        -          NOP
        90+r         Zv,rAX     XCHG
        98           :v         CBW
        99           :v         CWD
        9A           Ap:v       CALL_FAR             i64 ends
        9B           -          FWAIT
        9C           :v         PUSHF                d64
        9D           :v         POPF                 d64 ends
        9E           -          SAHF
        9F           -          LAHF
        A0           AL,Ob      MOV
        A1           rAX,Ov     MOV
        A2           Ob,AL      MOV
        A3           Ov,rAX     MOV
        A4           Yb,Xb      MOVS
        A5           Yv,Xv      MOVS
        A6           Xb,Yb      CMPS
        A7           Xv,Yv      CMPS
        A8           AL,Ib      TEST
        A9           rAX,Iz     TEST
        AA           Yb         STOS
        AB           Yv         STOS
        AC           Xb         LODS
        AD           Xv         LODS
        AE           Yb         SCAS
        AF           Yv         SCAS
        B0+r         Zb,Ib      MOV
        B8+r         Zv,Iv      MOV
        C0 /0        Eb,Ub      ROL
        C0 /1        Eb,Ub      ROR
        C0 /2        Eb,Ub      RCL
        C0 /3        Eb,Ub      RCR
        C0 /4        Eb,Ub      SHL
        C0 /5        Eb,Ub      SHR
        C0 /6        Eb,Ub      SHL
        C0 /7        Eb,Ub      SAR
        C1 /0        Ev,Ub      ROL
        C1 /1        Ev,Ub      ROR
        C1 /2        Ev,Ub      RCL
        C1 /3        Ev,Ub      RCR
        C1 /4        Ev,Ub      SHL
        C1 /5        Ev,Ub      SHR
        C1 /6        Ev,Ub      SHL
        C1 /7        Ev,Ub      SAR
        C2           Uw:v       RET                  f64 ends
        C3           :v         RET                  f64 ends
        C4           Gv,Mp,#0   LOAD_FAR_POINTER     i64 ends
        C5           Gv,Mp,#3   LOAD_FAR_POINTER     i64 ends
        C6 /0        Eb,Ib      MOV
        C6 =F8       Ub         NOT_MODELLED:xabort
        C7 /0        Ev,Iz      MOV
        C7 =F8       Jz         NOT_MODELLED:xbegin
        C8           Uw,Ub:v    ENTER                d64
        C9           :v         LEAVE                d64
        CA           Uw:v       RET_FAR              ends
        CB           :v         RET_FAR              ends
        CC           -          INT3                 ends
        CD           Ub         INT                  ends
        CE           -          INTO                 i64 ends
        CF           :v         IRET                 ends
        D0 /0        Eb,1       ROL
        D0 /1        Eb,1       ROR
        D0 /2        Eb,1       RCL
        D0 /3        Eb,1       RCR
        D0 /4        Eb,1       SHL
        D0 /5        Eb,1       SHR
        D0 /6        Eb,1       SHL
        D0 /7        Eb,1       SAR
        D1 /0        Ev,1       ROL
        D1 /1        Ev,1       ROR
        D1 /2        Ev,1       RCL
        D1 /3        Ev,1       RCR
        D1 /4        Ev,1       SHL
        D1 /5        Ev,1       SHR
        D1 /6        Ev,1       SHL
        D1 /7        Ev,1       SAR
        D2 /0        Eb,CL      ROL
        D2 /1        Eb,CL      ROR
        D2 /2        Eb,CL      RCL
        D2 /3        Eb,CL      RCR
        D2 /4        Eb,CL      SHL
        D2 /5        Eb,CL      SHR
        D2 /6        Eb,CL      SHL
        D2 /7        Eb,CL      SAR
        D3 /0        Ev,CL      ROL
        D3 /1        Ev,CL      ROR
        D3 /2        Ev,CL      RCL
        D3 /3        Ev,CL      RCR
        D3 /4        Ev,CL      SHL
        D3 /5        Ev,CL      SHR
        D3 /6        Ev,CL      SHL
        D3 /7        Ev,CL      SAR
        D4           Ub         AAM                  i64
        D5           Ub         AAD                  i64
        D6           -          SALC                 i64
        D7           :b         XLAT
        D9 /5        Mw         FLDCW
        D9 /7        Mw         FNSTCW
        DB =E2       -          FNCLEX
        DB =E3       -          FNINIT
        DD /7        Mw         FNSTSW
        DF =E0       -          FNSTSW
        D8-DF        Eb         NOT_MODELLED:x87
        E0           Jb:v       LOOPNE               f64 ends
        E1           Jb:v       LOOPE                f64 ends
        E2           Jb:v       LOOP                 f64 ends
        E3           Jb:v       JCXZ                 f64 ends
        E4           AL,Ub      IN                   ends
        E5           eAX,Ub     IN                   ends
        E6           Ub,AL      OUT                  ends
        E7           Ub,eAX     OUT                  ends
        E8           Jz:v       CALL                 f64 ends
        E9           Jz:v       JMP                  f64 ends
        EA           Ap:v       JMP_FAR              i64 ends
        EB           Jb:v       JMP                  f64 ends
        EC           AL,DX      IN                   ends
        ED           eAX,DX     IN                   ends
        EE           DX,AL      OUT                  ends
        EF           DX,eAX     OUT                  ends
        F1           -          INT1                 ends
        F4           -          HLT                  ends
        F5           -          CMC
        F6 /0        Eb,Ib      TEST
        F6 /1        Eb,Ib      TEST
        F6 /2        Eb         NOT                  lock
        F6 /3        Eb         NEG                  lock
        F6 /4        Eb         MUL
        F6 /5        Eb         IMUL
        F6 /6        Eb         DIV
        F6 /7        Eb         IDIV
        F7 /0        Ev,Iz      TEST
        F7 /1        Ev,Iz      TEST
        F7 /2        Ev         NOT                  lock
        F7 /3        Ev         NEG                  lock
        F7 /4        Ev         MUL
        F7 /5        Ev         IMUL
        F7 /6        Ev         DIV
        F7 /7        Ev         IDIV
        F8           -          CLC
        F9           -          STC
        FA           -          CLI                  ends
        FB           -          STI                  ends
        FC           -          CLD
        FD           -          STD
        FE /0        Eb         INC                  lock
        FE /1        Eb         DEC                  lock
        FF /0        Ev         INC                  lock
        FF /1        Ev         DEC                  lock
        FF /2        Ev         CALL_INDIRECT        f64 ends
        FF /3        Mp         CALL_FAR_INDIRECT    ends
        FF /4        Ev         JMP_INDIRECT         f64 ends
        FF /5        Mp         JMP_FAR_INDIRECT     ends
        FF /6        Ev         PUSH                 d64
        """;

    /** The map behind 0F. SDM 2D table A-3. */
    static final String TWO_BYTE = """
        0F 00 /0     Rv         SLDT
        0F 00 /0     Mw         SLDT
        0F 00 /1     Rv         STR
        0F 00 /1     Mw         STR
        0F 00 /2     Ew         LLDT                 ends
        0F 00 /3     Ew         LTR                  ends
        0F 00 /4     Ew         VERR
        0F 00 /5     Ew         VERW
        0F 01 /0     Ms         SGDT
        0F 01 /1     Ms         SIDT
        0F 01 /2     Ms         LGDT                 ends
        0F 01 /3     Ms         LIDT                 ends
        0F 01 /4     Rv         SMSW
        0F 01 /4     Mw         SMSW
        F3 0F 01 /5  Mq         NOT_MODELLED:cet
        0F 01 /6     Ew         LMSW                 ends
        0F 01 /7     Mb         INVLPG               ends
        NP 0F 01 =C0  -         NOT_MODELLED:sgx
        NP 0F 01 =C1  -         NOT_MODELLED:vmx
        NP 0F 01 =C2  -         NOT_MODELLED:vmx
        NP 0F 01 =C3  -         NOT_MODELLED:vmx
        NP 0F 01 =C4  -         NOT_MODELLED:vmx
        NP 0F 01 =C5  -         NOT_MODELLED:pconfig
        0F 01 =C8    -          MONITOR
        0F 01 =C9    -          MWAIT                ends
        NP 0F 01 =CA  -         CLAC                 ends
        NP 0F 01 =CB  -         STAC                 ends
        NP 0F 01 =CF  -         NOT_MODELLED:sgx
        NP 0F 01 =D0  -         XGETBV
        NP 0F 01 =D1  -         XSETBV               ends
        NP 0F 01 =D4  -         NOT_MODELLED:vmx
        NP 0F 01 =D5  -         NOT_MODELLED:tsx
        NP 0F 01 =D6  -         NOT_MODELLED:tsx
        NP 0F 01 =D7  -         NOT_MODELLED:sgx
        0F 01 /3 r   -          NOT_MODELLED:svm
        NP 0F 01 =E8  -         NOT_MODELLED:serialize
        F3 0F 01 /5 r  -        NOT_MODELLED:cet
        NP 0F 01 =EE  -         NOT_MODELLED:pku
        NP 0F 01 =EF  -         NOT_MODELLED:pku
        0F 01 =F8    -          SWAPGS               o64 ends
        0F 01 =F9    -          RDTSCP
        0F 01 =FA    -          NOT_MODELLED:monitorx
        0F 01 =FB    -          NOT_MODELLED:mwaitx
        0F 01 =FC    -          NOT_MODELLED:clzero
        0F 01 =FD    -          NOT_MODELLED:rdpru
        NP 0F 01 =FE  -         INVLPGB              ends
        NP 0F 01 =FF  -         TLBSYNC              ends
        0F 02        Gv,Ew      LAR
        0F 03        Gv,Ew      LSL
        0F 05        -          SYSCALL              ends
        0F 06        -          CLTS                 ends
        0F 07        :y         SYSRET               ends
        0F 08        -          INVD                 ends
        0F 09        -          WBINVD               ends
        0F 0B        -          UD:ud2               ends
        0F 0D        Ev         NOP
        0F 10-17     Eb         NOT_MODELLED:sse
        0F 18-1F     Ev         NOP
        0F 20        Rn,Cn      MOV_FROM_CR          anymod
        0F 21        Rn,Dn      MOV_FROM_DR          anymod
        0F 22        Cn,Rn      MOV_TO_CR            anymod ends
        0F 23        Dn,Rn      MOV_TO_DR            anymod ends
        0F 28-2F     Eb         NOT_MODELLED:sse
        0F 30        -          WRMSR                ends
        0F 31        -          RDTSC
        0F 32        -          RDMSR
        0F 33        -          RDPMC
        0F 34        -          SYSENTER             ends
        0F 35        :y         SYSEXIT              ends
        0F 37        -          NOT_MODELLED:getsec
        0F 40+cc     Gv,Ev      CMOV
        NP 0F 60-6B  Eb         NOT_MODELLED:mmx
        NP 0F 6E-6F  Eb         NOT_MODELLED:mmx
        0F 50-6F     Eb         NOT_MODELLED:sse
        NP 0F 70-73  Eb,Ub      NOT_MODELLED:mmx
        0F 70-73     Eb,Ub      NOT_MODELLED:sse
        NP 0F 74-76  Eb         NOT_MODELLED:mmx
        0F 74-76     Eb         NOT_MODELLED:sse
        0F 77        -          NOT_MODELLED:mmx
        NP 0F 78     Eb         NOT_MODELLED:vmx
        NP 0F 79     Eb         NOT_MODELLED:vmx
        NP 0F 7E-7F  Eb         NOT_MODELLED:mmx
        0F 7C-7F     Eb         NOT_MODELLED:sse
        0F 80+cc     Jz:v       JCC                  f64 ends
        0F 90+cc     Eb         SETCC
        0F A0        FS:v       PUSH_SREG            d64
        0F A1        FS:v       POP_SREG             d64 ends
        0F A2        -          CPUID                ends
        0F A3        Ev,Gv      BT
        0F A4        Ev,Gv,Ub   SHLD
        0F A5        Ev,Gv,CL   SHLD
        0F A8        GS:v       PUSH_SREG            d64
        0F A9        GS:v       POP_SREG             d64 ends
        0F AB        Ev,Gv      BTS                  lock
        0F AC        Ev,Gv,Ub   SHRD
        0F AD        Ev,Gv,CL   SHRD
        NP 0F AE /0  Mb:y       FXSAVE
        NP 0F AE /1  Mb:y       FXRSTOR
        NP 0F AE /2  Md         LDMXCSR
        NP 0F AE /3  Md         STMXCSR
        NP 0F AE /4  Mb         NOT_MODELLED:xsave
        NP 0F AE /5  Mb         NOT_MODELLED:xrstor
        NP 0F AE /6  Mb         NOT_MODELLED:xsaveopt
        NP 0F AE /7  Mb         CLFLUSH
        66 0F AE /6  Mb         CLFLUSH
        66 0F AE /7  Mb         CLFLUSH
        NP 0F AE /5 r  -        LFENCE
        NP 0F AE /6 r  -        MFENCE
        NP 0F AE /7 r  -        SFENCE
        F3 0F AE /0  Ry,#0      FSGSBASE             o64
        F3 0F AE /1  Ry,#1      FSGSBASE             o64
        F3 0F AE /2  Ry,#2      FSGSBASE             o64
        F3 0F AE /3  Ry,#3      FSGSBASE             o64
        F3 0F AE /4  Ey         NOT_MODELLED:ptwrite
        F3 0F AE /5  Ry         NOT_MODELLED:cet
        F3 0F AE /6  Mq         NOT_MODELLED:cet
        66 0F AE /6  Rd         TPAUSE               ends
        F3 0F AE /6  Ra         UMONITOR
        F2 0F AE /6  Rd         UMWAIT               ends
        0F AF        Gv,Ev      IMUL3
        0F B0        Eb,Gb      CMPXCHG              lock
        0F B1        Ev,Gv      CMPXCHG              lock
        0F B2        Gv,Mp,#2   LOAD_FAR_POINTER     ends
        0F B3        Ev,Gv      BTR                  lock
        0F B4        Gv,Mp,#4   LOAD_FAR_POINTER     ends
        0F B5        Gv,Mp,#5   LOAD_FAR_POINTER     ends
        0F B6        Gv,Eb      MOVZX
        0F B7        Gv,Ew      MOVZX
        F3 0F B8     Gv,Ev      POPCNT
        0F B9        Gv,Ev      UD:ud1               ends
        0F BA /4     Ev,Ub      BT
        0F BA /5     Ev,Ub      BTS                  lock
        0F BA /6     Ev,Ub      BTR                  lock
        0F BA /7     Ev,Ub      BTC                  lock
        0F BB        Ev,Gv      BTC                  lock
        F3 0F BC     Gv,Ev      TZCNT
        0F BC        Gv,Ev      BSF
        F3 0F BD     Gv,Ev      LZCNT
        0F BD        Gv,Ev      BSR
        0F BE        Gv,Eb      MOVSX
        0F BF        Gv,Ew      MOVSX
        0F C0        Eb,Gb      XADD                 lock
        0F C1        Ev,Gv      XADD                 lock
        0F C2        Eb,Ub      NOT_MODELLED:sse
        NP 0F C3     My,Gy      MOVNTI
        0F C4-C6     Eb,Ub      NOT_MODELLED:sse
        0F C7 /1     My         CMPXCHG_PAIR         lock
        0F C7 /3     Mb         NOT_MODELLED:xrstors
        0F C7 /4     Mb         NOT_MODELLED:xsavec
        0F C7 /5     Mb         NOT_MODELLED:xsaves
        0F C7 /6     Mq         NOT_MODELLED:vmx
        0F C7 /7     Mq         NOT_MODELLED:vmx
        F3 0F C7 /6  Rq         NOT_MODELLED:senduipi  o64
        NP 0F C7 /6  Rv         RDRAND
        66 0F C7 /6  Rv         RDRAND
        F3 0F C7 /7  Rn         RDPID
        NP 0F C7 /7  Rv         RDSEED
        66 0F C7 /7  Rv         RDSEED
        0F C8+r      Zv         BSWAP
        NP 0F D1-FE  Eb         NOT_MODELLED:mmx
        0F D0-FE     Eb         NOT_MODELLED:sse
        0F FF        Gv,Ev      UD:ud0               ends
        """;

    /** The maps behind 0F 38 and 0F 3A. SDM 2D tables. */
    static final String THREE_BYTE = """
        0F 38 00-0B  Eb         NOT_MODELLED:sse
        66 0F 38 10  Eb         NOT_MODELLED:sse
        66 0F 38 14-15  Eb      NOT_MODELLED:sse
        66 0F 38 17  Eb         NOT_MODELLED:sse
        0F 38 1C-1E  Eb         NOT_MODELLED:sse
        66 0F 38 20-25  Eb      NOT_MODELLED:sse
        66 0F 38 28-2B  Eb      NOT_MODELLED:sse
        66 0F 38 30-35  Eb      NOT_MODELLED:sse
        66 0F 38 37-41  Eb      NOT_MODELLED:sse
        66 0F 38 80  Gn,Mo      NOT_MODELLED:vmx
        66 0F 38 81  Gn,Mo      NOT_MODELLED:vmx
        66 0F 38 82  Gn,Mo      INVPCID              ends
        NP 0F 38 C8-CD  Eb      NOT_MODELLED:sha
        66 0F 38 CF  Eb         NOT_MODELLED:gfni
        F3 0F 38 D8  Eb         NOT_MODELLED:keylocker
        66 0F 38 DB-DF  Eb      NOT_MODELLED:aes
        F3 0F 38 DC-DF  Eb      NOT_MODELLED:keylocker
        NP 0F 38 F0  Gv,Mv      MOVBE
        66 0F 38 F0  Gv,Mv      MOVBE
        F2 0F 38 F0  Gy,Eb      CRC32
        NP 0F 38 F1  Mv,Gv      MOVBE
        66 0F 38 F1  Mv,Gv      MOVBE
        F2 0F 38 F1  Gy,Ev      CRC32
        66 0F 38 F5  My,Gy      NOT_MODELLED:cet
        NP 0F 38 F6  My,Gy      NOT_MODELLED:cet
        66 0F 38 F6  Gy,Ey      ADCX
        F3 0F 38 F6  Gy,Ey      ADOX
        F3 0F 38 FA-FB  Gd,Rd   NOT_MODELLED:keylocker
        0F 38 FC     My,Gy      NOT_MODELLED:raoint
        66 0F 38 F8  Gn,Mo      NOT_MODELLED:movdir64b
        F3 0F 38 F8  Gn,Mo      NOT_MODELLED:enqcmds
        F2 0F 38 F8  Gn,Mo      NOT_MODELLED:enqcmd
        NP 0F 38 F9  My,Gy      NOT_MODELLED:movdiri
        66 0F 3A 08-0E  Eb,Ub   NOT_MODELLED:sse
        0F 3A 0F     Eb,Ub      NOT_MODELLED:sse
        66 0F 3A 14-17  Eb,Ub   NOT_MODELLED:sse
        66 0F 3A 20-22  Eb,Ub   NOT_MODELLED:sse
        66 0F 3A 40-42  Eb,Ub   NOT_MODELLED:sse
        66 0F 3A 44  Eb,Ub      NOT_MODELLED:pclmul
        66 0F 3A 60-63  Eb,Ub   NOT_MODELLED:sse
        NP 0F 3A CC  Eb,Ub      NOT_MODELLED:sha
        66 0F 3A CE-CF  Eb,Ub   NOT_MODELLED:gfni
        66 0F 3A DF  Eb,Ub      NOT_MODELLED:aes
        F3 0F 3A F0 =C0  Ub     NOT_MODELLED:hreset
        """;

    /** The VEX maps: BMI, and the shape of all that is not modelled. */
    static final String VEX = """
        VEX.0F 00-6F    Eb        NOT_MODELLED:avx
        VEX.0F 70-73    Eb,Ub     NOT_MODELLED:avx
        VEX.0F 74-76    Eb        NOT_MODELLED:avx
        VEX.0F 77       -         NOT_MODELLED:avx
        VEX.0F 78-C1    Eb        NOT_MODELLED:avx
        VEX.0F C2       Eb,Ub     NOT_MODELLED:avx
        VEX.0F C3       Eb        NOT_MODELLED:avx
        VEX.0F C4-C6    Eb,Ub     NOT_MODELLED:avx
        VEX.0F C7-FF    Eb        NOT_MODELLED:avx
        VEX.0F38 00-F1  Eb        NOT_MODELLED:avx
        NP VEX.0F38 F2     Gy,By,Ey  ANDN               swap
        NP VEX.0F38 F3 /1  By,Ey     BLSR
        NP VEX.0F38 F3 /2  By,Ey     BLSMSK
        NP VEX.0F38 F3 /3  By,Ey     BLSI
        NP VEX.0F38 F5     Gy,Ey,By  BZHI
        F3 VEX.0F38 F5     Gy,By,Ey  PEXT
        F2 VEX.0F38 F5     Gy,By,Ey  PDEP
        F2 VEX.0F38 F6     Gy,By,Ey  MULX               swap
        NP VEX.0F38 F7     Gy,Ey,By  BEXTR
        66 VEX.0F38 F7     Gy,Ey,By  SHLX
        F3 VEX.0F38 F7     Gy,Ey,By  SARX
        F2 VEX.0F38 F7     Gy,Ey,By  SHRX
        VEX.0F3A 00-EF  Eb,Ub     NOT_MODELLED:avx
        F2 VEX.0F3A F0     Gy,Ey,Ub  RORX
        VEX.0F3A F1-FF  Eb,Ub     NOT_MODELLED:avx
        """;

    private OpRows() {
    }
}
