//! Arithmetic, comparison and logic with unknown operands.

use model::{Data, Origin, Value};
use syntax::{Kind, Node, Operator};

use super::{Evaluator, Scope};
use crate::values;

pub(super) fn apply(evaluator: &Evaluator<'_>, node: Node<'_>, scope: &Scope<'_>) -> Value {
    let place = scope.place(node);
    let origin = Origin::at(place);
    let Some(operator) = node.operator() else { return values::unknown(place) };
    let operands: Vec<Value> =
        node.children().take(2).map(|it| evaluator.eval(it, scope)).collect();
    let result = match (node.kind(), operands.as_slice()) {
        (Kind::Unary, [operand]) => unary(operator, operand),
        (Kind::Binary, [left, right]) => binary(operator, left, right),
        _ => None,
    };
    match result {
        Some(data) => Value { data, origin },
        None if operands.iter().any(values::is_invalid) => values::invalid(place),
        None => values::unknown(place),
    }
}

fn unary(operator: Operator, operand: &Value) -> Option<Data> {
    match operator {
        Operator::Not => operand.as_bool().map(|it| Data::Bool(!it)),
        Operator::Negate => operand.as_number().map(|it| Data::Number(-it)),
        _ => None,
    }
}

fn binary(operator: Operator, left: &Value, right: &Value) -> Option<Data> {
    use Operator::{
        Add, And, Divide, Equal, Greater, GreaterEqual, Less, LessEqual, Modulo, Multiply,
        NotEqual, Or, Subtract,
    };
    match operator {
        Equal => return values::equal(left, right).map(Data::Bool),
        NotEqual => return values::equal(left, right).map(|it| Data::Bool(!it)),
        And => {
            return match (left.as_bool(), right.as_bool()) {
                (Some(false), _) | (_, Some(false)) => Some(Data::Bool(false)),
                (Some(true), Some(true)) => Some(Data::Bool(true)),
                _ => None,
            };
        }
        Or => {
            return match (left.as_bool(), right.as_bool()) {
                (Some(true), _) | (_, Some(true)) => Some(Data::Bool(true)),
                (Some(false), Some(false)) => Some(Data::Bool(false)),
                _ => None,
            };
        }
        _ => {}
    }
    let (a, b) = (left.as_number()?, right.as_number()?);
    Some(match operator {
        Multiply => Data::Number(a * b),
        Divide if b != 0.0 => Data::Number(a / b),
        Modulo if b != 0.0 => Data::Number(a % b),
        Add => Data::Number(a + b),
        Subtract => Data::Number(a - b),
        Less => Data::Bool(a < b),
        LessEqual => Data::Bool(a <= b),
        Greater => Data::Bool(a > b),
        GreaterEqual => Data::Bool(a >= b),
        _ => return None,
    })
}
