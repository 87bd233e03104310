import Dynamics
import Kernels

/// One Rosenbrock step of all lanes, and the step size control of each.
extension LaneGroup {
    /// A step may grow at most this much …
    private var largestGrowth: Double { 6 }
    /// … and shrink at most this much.
    private var largestShrinkage: Double { 0.1 }

    /// Shortens the proposed step so that the lane's target is hit exactly, and writes h, 1/h and 1/(γh).
    mutating func chooseStep(_ l: Int) {
        let t = memory[Control.time, l]
        let rest = lanes[l].target - t
        var h = min(lanes[l].proposedStep, integrator.tolerances.maximumStep)
        if hasDelays { h = min(h, longestStepByDelays(l)) }
        if integrator.hasLocatedEvents { h = min(h, longestStepByOutputs(l)) }
        if let fixedStep = integrator.tolerances.fixedStep { h = fixedStep }
        lanes[l].isShortened = true
        verdicts[l] = .accepted
        if h >= rest * (1 - 1e-10) {
            h = rest
            verdicts[l] = .atTarget
        } else if h > rest / 2 && lanes[l].stepBeforeLocating == nil {
            // Two even steps, rather than a long and a very short one.
            h = rest / 2
        } else {
            lanes[l].isShortened = lanes[l].stepBeforeLocating != nil
        }
        lanes[l].step = h
        memory[Control.stepSize, l] = h
        memory[Control.inverseStepSize, l] = 1 / h
        memory[Control.shift, l] = 1 / (integrator.tableau.gamma * h)
    }

    /// y₁, the error norm and the step factor of every lane, from y.
    mutating func step() {
        guard hasDelays else {
            calls.step.run()
            return
        }
        stepWithDelays()
    }

    /// The same with delayed values brought up to date before each evaluation.
    private mutating func stepWithDelays() {
        let kernels = integrator.kernels
        let m = memory
        let time = m.control + Control.time * W
        let shift = m.control + Control.shift * W
        let stageTime = m.control + Control.stageTime * W
        let inverse = m.control + Control.inverseStepSize * W
        updateDelayedValues(at: time, state: m.y)
        kernels.jacobian(time, m.y, m.parameters, m.u, m.jacobian, m.timeDerivative)
        differenceTimeDerivative()
        kernels.firstStage(m.control, m.timeDerivative, m.u)
        kernels.factor(shift, m.jacobian, m.factors)
        kernels.solve(m.factors, m.u)
        for s in 1..<integrator.tableau.stageCount {
            let u = m.u + s * n * W
            kernels.stages[s - 1](m.control, m.y, m.timeDerivative, m.u, m.stage)
            updateDelayedValues(at: stageTime, state: m.stage)
            kernels.accumulate(stageTime, m.stage, m.parameters, u, inverse)
            kernels.solve(m.factors, u)
        }
        kernels.finish(m.control, m.y, m.stage, m.u, m.y1)
    }

    /// Accepts or rejects each lane's step and proposes its next.
    mutating func judge() {
        for l in 0..<W where verdicts[l] != .idle {
            let norm = memory[Control.errorNorm, l]
            let factor = memory[Control.stepFactor, l]
            let h = lanes[l].step
            // A step cut short by a stop says nothing about the step that would have suited.
            if lanes[l].isFirstStepAfterRestart && norm.isFinite && (!lanes[l].isShortened || norm > 1) {
                // Half of what would have passed just so; a discontinuity of the same kind will come again.
                lanes[l].restartStep = 0.5 * h * min(max(factor, 1e-3), 1e3)
                lanes[l].isFirstStepAfterRestart = false
            }
            if norm <= 1 || (integrator.tolerances.fixedStep != nil && norm.isFinite) {
                memory[Control.mask, l] = 1
                var growth = min(max(factor, largestShrinkage), largestGrowth)
                if lanes[l].justRejected { growth = min(growth, 1) }
                lanes[l].justRejected = false
                lanes[l].rejectionsInARow = 0
                let proposal = h * growth
                lanes[l].proposedStep = lanes[l].isShortened ? max(proposal, lanes[l].proposedStep) : proposal
            } else {
                memory[Control.mask, l] = 0
                verdicts[l] = .rejected
                reject(l, shrinkage: norm.isFinite ? max(largestShrinkage, min(factor, 0.95)) : largestShrinkage)
            }
        }
    }

    private mutating func reject(_ l: Int, shrinkage: Double) {
        lanes[l].rejectedSteps += 1
        lanes[l].rejectionsInARow += 1
        lanes[l].justRejected = true
        lanes[l].proposedStep = lanes[l].step * shrinkage
        let t = memory[Control.time, l]
        if lanes[l].proposedStep < smallestStep(l) || t + lanes[l].proposedStep == t
            || lanes[l].rejectionsInARow >= integrator.tolerances.rejectionLimit
        {
            fail(l, reasonOfFailure(l))
        } else if lanes[l].acceptedSteps + lanes[l].rejectedSteps >= attemptLimit(l) {
            fail(l, .tooManySteps)
        }
    }

    func attemptLimit(_ l: Int) -> Int {
        let limit = integrator.tolerances.attemptLimit
        let mayBeginAnew = lanes[l].restarts < min(integrator.tolerances.restartLimit, Tightening.levels.count - 1)
        return lanes[l].restarts > 0 && mayBeginAnew ? min(limit, Tightening.attemptLimit) : limit
    }

    func smallestStep(_ l: Int) -> Double {
        integrator.tolerances.minimumStepFraction * abs(memory[Control.time, l])
    }

    /// Why no step, however small, is accepted: looks at what the last attempt left in the buffers.
    private func reasonOfFailure(_ l: Int) -> IntegrationFailure.Reason {
        func isFinite(_ buffer: LaneMemory.Buffer, _ slots: Int) -> Bool {
            (0..<slots).allSatisfy { buffer[$0 * W + l].isFinite }
        }
        if memory[Control.errorNorm, l].isFinite { return .stepSizeUnderflow }
        guard isFinite(memory.y, n), isFinite(memory.jacobian, system.jacobianPattern.count),
            isFinite(memory.timeDerivative, integrator.hasTimeDerivative ? n : 0)
        else { return .nonFiniteState }
        // The right-hand side at y, which the stage solutions have overwritten.
        integrator.kernels.rightHandSide(
            memory.control + Control.time * W, memory.y, memory.parameters, memory.scratchDerivative)
        guard isFinite(memory.scratchDerivative, n) else { return .nonFiniteState }
        return isFinite(memory.factors, system.factorSlots) && isFinite(memory.u, n) ? .nonFiniteState : .singularMatrix
    }

    /// Makes the accepted steps count: y₁ becomes y, t ← t + h (or the target exactly).
    mutating func accept() {
        if verdicts.contains(where: { $0 == .rejected || $0 == .done }) { calls.keepRejected() }
        memory.exchangeStates()
        swap(&calls, &nextCalls)
        for l in 0..<W {
            switch verdicts[l] {
            case .accepted, .atEvent: memory[Control.time, l] += lanes[l].step
            case .atTarget: memory[Control.time, l] = lanes[l].target
            case .idle, .rejected, .done: continue
            }
            lanes[l].acceptedSteps += 1
            if lanes[l].acceptedSteps + lanes[l].rejectedSteps >= attemptLimit(l)
                && verdicts[l] != .atTarget
            {
                fail(l, .tooManySteps)
            }
        }
    }
}
